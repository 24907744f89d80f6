package dev.dovetail.cuda;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.onnxruntime.MemoryInfo;
import org.bytedeco.onnxruntime.Session;

/**
 * A device whose memory is host memory. Copies happen as late as they may, so a run without the
 * required waits reads old elements. Recorded launches are runs of ONNX Runtime.
 */
final class HostMemory implements RunDevice {

  /** What {@link #record} does the next times, in order; then it records. */
  enum Answer {
    NOT_NOW,
    REJECT
  }

  final AtomicInteger slots = new AtomicInteger();
  final AtomicInteger openSlots = new AtomicInteger();
  final AtomicInteger buffers = new AtomicInteger();
  final AtomicInteger recordings = new AtomicInteger();
  final AtomicInteger openRecordings = new AtomicInteger();
  final AtomicInteger attempts = new AtomicInteger();
  final AtomicInteger replays = new AtomicInteger();
  final Deque<Answer> answers = new ArrayDeque<>();
  volatile boolean failing;
  volatile boolean closed;

  /** The number of slots that compute; more than one would be an error. */
  private final AtomicInteger computing = new AtomicInteger();

  @Override
  public MemoryInfo memory() {
    return Ort.HOST;
  }

  @Override
  public Optional<Pointer> stream() {
    return Optional.empty();
  }

  @Override
  public Optional<AutoCloseable> pinned(Session session) {
    return Optional.empty();
  }

  @Override
  public Transfers transfers() {
    slots.incrementAndGet();
    openSlots.incrementAndGet();
    return new Copies();
  }

  @Override
  public Optional<Recording> record(Runnable launches) {
    attempts.incrementAndGet();
    Answer answer = answers.poll();
    if (answer == Answer.NOT_NOW) {
      return Optional.empty();
    }
    if (answer == Answer.REJECT) {
      throw new IllegalStateException("the launches wait for the device");
    }
    recordings.incrementAndGet();
    openRecordings.incrementAndGet();
    return Optional.of(
        new Recording() {
          @Override
          public void replay() {
            replays.incrementAndGet();
            launches.run();
          }

          @Override
          public void close() {
            openRecordings.decrementAndGet();
          }
        });
  }

  @Override
  public void close() {
    closed = true;
  }

  private record HostBuffer(ByteBuffer hostBytes, ByteBuffer deviceBytes)
      implements Transfers.Buffer {
    @Override
    public ByteBuffer host() {
      return hostBytes.duplicate();
    }

    @Override
    public Pointer device() {
      return new BytePointer(deviceBytes);
    }
  }

  private final class Copies implements Transfers {

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean ran;
    private int own;

    @Override
    public Buffer allocate(long bytes) {
      own++;
      buffers.incrementAndGet();
      int size = Math.toIntExact(bytes);
      return new HostBuffer(ByteBuffer.allocateDirect(size), ByteBuffer.allocateDirect(size));
    }

    @Override
    public ByteBuffer allocateHost(long bytes) {
      own++;
      buffers.incrementAndGet();
      return ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    }

    @Override
    public void upload(Buffer buffer) {
      HostBuffer b = (HostBuffer) buffer;
      waiting.add(() -> b.deviceBytes().duplicate().put(b.hostBytes().duplicate()));
    }

    @Override
    public void download(Buffer buffer) {
      if (!ran) {
        throw new AssertionError("a copy does not wait for the run");
      }
      HostBuffer b = (HostBuffer) buffer;
      waiting.add(() -> b.hostBytes().duplicate().put(b.deviceBytes().duplicate()));
    }

    @Override
    public void download(Pointer from, ByteBuffer to) {
      if (!ran) {
        throw new AssertionError("a copy does not wait for the run");
      }
      int bytes = to.remaining();
      waiting.add(() -> to.duplicate().put(new BytePointer(from).capacity(bytes).asByteBuffer()));
    }

    @Override
    public void computeAfterCopies() {
      if (computing.incrementAndGet() != 1) {
        throw new AssertionError("two slots compute at the same time");
      }
      if (failing) {
        computing.decrementAndGet();
        throw new IllegalStateException("an illegal memory access was encountered");
      }
      ran = false;
      await();
    }

    @Override
    public void copiesAfterCompute() {
      ran = true;
      computing.decrementAndGet();
    }

    @Override
    public void await() {
      waiting.forEach(Runnable::run);
      waiting.clear();
    }

    @Override
    public void close() {
      buffers.addAndGet(-own);
      openSlots.decrementAndGet();
    }
  }
}
