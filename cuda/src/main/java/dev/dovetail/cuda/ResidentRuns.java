package dev.dovetail.cuda;

import dev.dovetail.graph.TensorData;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Engine;
import dev.dovetail.runtime.PlanException;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.onnxruntime.RunOptions;
import org.bytedeco.onnxruntime.Session;

/**
 * Runs of a session whose inputs and outputs are in device memory. Each run uses a slot. The runs
 * compute one after another on one stream, while the copies of other slots take place beside them.
 *
 * <p>If everything is in buffers and recording is enabled, a slot is recorded after some regular
 * runs of the session, in which ONNX Runtime allocates its memory and cuDNN selects its kernels.
 */
final class ResidentRuns implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ResidentRuns.class.getName());

  /** One slot copies inputs, one computes, and one copies outputs. */
  static final int MOST_SLOTS = 3;

  /** The regular runs before the first recording. */
  static final int REGULAR_RUNS = 2;

  /**
   * The rejected recordings after which no other is tried. The first may fail because ONNX Runtime
   * still allocates memory for the calling thread.
   */
  static final int MOST_REJECTIONS = 3;

  private final Session session;
  private final Placement placement;
  private final RunDevice device;
  private final Pool<Slot> slots;
  private final RunOptions options = new RunOptions();

  /** With these, ONNX Runtime does not wait for what it launched. */
  private final RunOptions unfinished = new RunOptions();

  /** Guards the compute stream and the fields below. */
  private final Lock computing = new ReentrantLock();

  private boolean recordable;
  private int regularRuns;
  private int rejections;

  /**
   * @param recorded whether runs may be recorded
   */
  ResidentRuns(Session session, Signature signature, RunDevice device, boolean recorded) {
    this.session = session;
    this.device = device;
    this.placement = Placement.of(session, signature, device.memory());
    this.recordable = recorded && placement.isWhole();
    unfinished.AddConfigEntry("disable_synchronize_execution_providers", "1");
    this.slots = new Pool<>(MOST_SLOTS, () -> new Slot(session, placement, device));
  }

  /** {@return the outputs of a run, as in {@link Engine.Session#run}} */
  Map<String, TensorData> run(Map<String, TensorData> values) {
    return slots.use(
        slot -> {
          slot.write(values);
          compute(slot);
          return slot.results();
        });
  }

  private void compute(Slot slot) {
    computing.lock();
    try {
      slot.keepRecording(regularRuns);
      if (recordable && !slot.isRecorded() && regularRuns >= REGULAR_RUNS) {
        record(slot);
      }
      slot.run(options);
      regularRuns += slot.isRecorded() ? 0 : 1;
    } finally {
      computing.unlock();
    }
  }

  private void record(Slot slot) {
    try {
      slot.record(unfinished, regularRuns);
    } catch (RuntimeException e) {
      recordable = ++rejections < MOST_REJECTIONS;
      LOG.log(System.Logger.Level.DEBUG, "a run cannot be recorded: " + e.getMessage());
    }
  }

  /** {@return runs on inputs that remain on the device, with outputs that remain there} */
  Repeated repeat(Map<String, TensorData> values, Device on) {
    Slot slot = new Slot(session, placement, device);
    try {
      slot.write(values);
      slot.await();
      return new Repeated(slot, on);
    } catch (RuntimeException e) {
      slot.close();
      throw e;
    }
  }

  /** Closes all slots, before the session is closed. */
  @Override
  public void close() {
    slots.close();
    options.close();
    unfinished.close();
  }

  /** Repeated runs in a slot of their own. Nothing is copied. Not thread-safe. */
  final class Repeated implements Engine.Repeated {

    private final Slot slot;
    private final Device on;

    private Repeated(Slot slot, Device on) {
      this.slot = slot;
      this.on = on;
    }

    @Override
    public void run() throws PlanException {
      try {
        compute(slot);
        slot.await();
      } catch (RuntimeException e) {
        throw PlanException.of("the run failed", on, e);
      }
    }

    /** {@return whether runs are replayed} */
    boolean isRecorded() {
      return slot.isRecorded();
    }

    @Override
    public void close() {
      slot.close();
    }
  }
}
