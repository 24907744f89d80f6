package dev.dovetail.cuda;

import static dev.dovetail.cuda.DeviceMemory.check;
import static org.bytedeco.cuda.global.cudart.cudaDeviceGraphMemTrim;
import static org.bytedeco.cuda.global.cudart.cudaDeviceSynchronize;
import static org.bytedeco.cuda.global.cudart.cudaEventCreateWithFlags;
import static org.bytedeco.cuda.global.cudart.cudaEventDestroy;
import static org.bytedeco.cuda.global.cudart.cudaEventDisableTiming;
import static org.bytedeco.cuda.global.cudart.cudaEventRecord;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyAsync;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyDeviceToHost;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyHostToDevice;
import static org.bytedeco.cuda.global.cudart.cudaSetDevice;
import static org.bytedeco.cuda.global.cudart.cudaStreamCreateWithFlags;
import static org.bytedeco.cuda.global.cudart.cudaStreamDestroy;
import static org.bytedeco.cuda.global.cudart.cudaStreamNonBlocking;
import static org.bytedeco.cuda.global.cudart.cudaStreamSynchronize;
import static org.bytedeco.cuda.global.cudart.cudaStreamWaitEvent;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.onnxruntime.Allocator;
import org.bytedeco.onnxruntime.MemoryInfo;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.global.onnxruntime;

/** A GPU with the compute stream of one session, and a copy stream for each of its slots. */
final class CudaRunDevice implements RunDevice {

  /**
   * ONNX Runtime waits for the whole GPU when it creates a session, and {@link #finish} after one
   * is closed. CUDA forbids this while any thread records. So both hold the read lock, and
   * recordings are made under the write lock.
   */
  static final ReadWriteLock CREATION = new ReentrantReadWriteLock();

  private final int index;
  private final CUstream_st compute;
  private final MemoryInfo memory;

  CudaRunDevice(int index) {
    this.index = index;
    this.compute = newStream();
    this.memory =
        new MemoryInfo(
            "Cuda", onnxruntime.OrtDeviceAllocator, index, onnxruntime.OrtMemTypeDefault);
  }

  /** Waits until the GPU has finished everything that was launched on it. */
  private void finish() {
    CREATION.readLock().lock();
    try {
      cudaSetDevice(index);
      cudaDeviceSynchronize(); // an error was already reported by the run that caused it
    } finally {
      CREATION.readLock().unlock();
    }
  }

  /** CUDA has a current device for each thread, and threads use several. */
  private void select() {
    check(cudaSetDevice(index));
  }

  private CUstream_st newStream() {
    select();
    CUstream_st stream = new CUstream_st();
    // Other streams would wait for the default stream, which libraries use.
    check(cudaStreamCreateWithFlags(stream, cudaStreamNonBlocking));
    return stream;
  }

  @Override
  public MemoryInfo memory() {
    return memory;
  }

  @Override
  public Optional<Pointer> stream() {
    return Optional.of(compute);
  }

  @Override
  public Optional<AutoCloseable> pinned(Session session) {
    MemoryInfo info =
        new MemoryInfo(
            "CudaPinned", onnxruntime.OrtDeviceAllocator, index, onnxruntime.OrtMemTypeCPUOutput);
    try {
      Allocator allocator = new Allocator(session, info.asOrtMemoryInfo());
      return Optional.of(
          () -> {
            finish(); // also the host function
            allocator.close();
            info.close();
          });
    } catch (RuntimeException e) {
      info.close();
      return Optional.empty();
    }
  }

  @Override
  public Transfers transfers() {
    return new CudaTransfers();
  }

  @Override
  public Optional<Recording> record(Runnable launches) {
    if (!CREATION.writeLock().tryLock()) {
      return Optional.empty();
    }
    try {
      select();
      return Optional.of(CudaRecording.of(compute, launches));
    } finally {
      CREATION.writeLock().unlock();
    }
  }

  @Override
  public void close() {
    cudaSetDevice(index);
    cudaStreamDestroy(compute);
    cudaDeviceGraphMemTrim(index); // memory that closed recordings used
    memory.close();
  }

  private record CudaBuffer(PinnedMemory pinned, DeviceMemory memory, long bytes)
      implements Transfers.Buffer {

    @Override
    public ByteBuffer host() {
      return pinned.buffer();
    }

    @Override
    public Pointer device() {
      return memory.pointer();
    }
  }

  private final class CudaTransfers implements Transfers {

    private final CUstream_st copies = newStream();
    private final CUevent_st copied = event();
    private final CUevent_st computed = event();
    private final List<AutoCloseable> owned = new ArrayList<>();

    private static CUevent_st event() {
      CUevent_st event = new CUevent_st();
      check(cudaEventCreateWithFlags(event, cudaEventDisableTiming));
      return event;
    }

    @Override
    public Buffer allocate(long bytes) {
      select();
      PinnedMemory pinned = new PinnedMemory(bytes);
      owned.add(pinned);
      DeviceMemory device = new DeviceMemory(bytes);
      owned.add(device);
      return new CudaBuffer(pinned, device, bytes);
    }

    @Override
    public ByteBuffer allocateHost(long bytes) {
      select();
      PinnedMemory pinned = new PinnedMemory(bytes);
      owned.add(pinned);
      return pinned.buffer();
    }

    @Override
    public void upload(Buffer buffer) {
      select();
      CudaBuffer b = (CudaBuffer) buffer;
      copy(b.memory().pointer(), b.pinned().pointer(), b.bytes(), cudaMemcpyHostToDevice);
    }

    @Override
    public void download(Buffer buffer) {
      select();
      CudaBuffer b = (CudaBuffer) buffer;
      copy(b.pinned().pointer(), b.memory().pointer(), b.bytes(), cudaMemcpyDeviceToHost);
    }

    @Override
    public void download(Pointer from, ByteBuffer to) {
      select();
      copy(new BytePointer(to), from, to.remaining(), cudaMemcpyDeviceToHost);
    }

    private void copy(Pointer to, Pointer from, long bytes, int kind) {
      check(cudaMemcpyAsync(to, from, bytes, kind, copies));
    }

    @Override
    public void computeAfterCopies() {
      select();
      check(cudaEventRecord(copied, copies));
      check(cudaStreamWaitEvent(compute, copied));
    }

    @Override
    public void copiesAfterCompute() {
      select();
      check(cudaEventRecord(computed, compute));
      check(cudaStreamWaitEvent(copies, computed));
    }

    @Override
    public void await() {
      select();
      check(cudaStreamSynchronize(copies));
    }

    @Override
    public void close() {
      cudaSetDevice(index);
      cudaStreamSynchronize(copies); // after a failed run, copies may be in progress
      owned.forEach(CudaRunDevice::closeQuietly);
      cudaEventDestroy(copied);
      cudaEventDestroy(computed);
      cudaStreamDestroy(copies);
    }
  }

  private static void closeQuietly(AutoCloseable memory) {
    try {
      memory.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
