package dev.dovetail.cuda;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.Pointer;

/**
 * The buffers of a slot and the copies between them, which are made on a stream of their own. Used
 * by one thread at a time.
 */
interface Transfers extends AutoCloseable {

  /** Host memory from which the device copies directly, and device memory of the same size. */
  interface Buffer {

    /** {@return the host memory, from its start to its end} */
    ByteBuffer host();

    /** {@return the address of the device memory} */
    Pointer device();
  }

  /** {@return a new buffer, which is freed when this object is closed} */
  Buffer allocate(long bytes);

  /** {@return new host memory to which the device copies directly, freed like a buffer} */
  ByteBuffer allocateHost(long bytes);

  /** Starts a copy to the device. */
  void upload(Buffer buffer);

  /** Starts a copy to the host. */
  void download(Buffer buffer);

  /**
   * Starts a copy of device memory to the host.
   *
   * @param from the device memory
   * @param to host memory of {@link #allocateHost}, which is filled
   */
  void download(Pointer from, ByteBuffer to);

  /** Makes the compute stream wait for the copies started so far. */
  void computeAfterCopies();

  /** Makes the copies started from now on wait for what the compute stream was given so far. */
  void copiesAfterCompute();

  /** Waits until all copies are finished. */
  void await();

  @Override
  void close();
}
