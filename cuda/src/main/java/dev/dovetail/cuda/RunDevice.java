package dev.dovetail.cuda;

import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.onnxruntime.MemoryInfo;
import org.bytedeco.onnxruntime.Session;

/** The device side of a session: its memory, its compute stream, and recordings of its runs. */
interface RunDevice extends AutoCloseable {

  /** {@return ONNX Runtime's description of the device's memory} */
  MemoryInfo memory();

  /** {@return the stream on which ONNX Runtime launches; empty if it selects one itself} */
  Optional<Pointer> stream();

  /**
   * Keeps the allocator of a session's pinned memory open. When the session is closed after a
   * recording, ONNX Runtime launches a host function that frees memory. It would destroy the
   * allocator too, if nothing else referred to it. CUDA forbids that in a host function, and the
   * process would abort.
   *
   * @param session the session
   * @return what to close after the session; empty if there is no such allocator
   */
  Optional<AutoCloseable> pinned(Session session);

  /** {@return the buffers and copies of a new slot} */
  Transfers transfers();

  /**
   * Records the launches of a run instead of executing them.
   *
   * @param launches launches everything on the compute stream and waits for nothing
   * @return the recording; empty if the device cannot record now
   * @throws IllegalStateException if the launches cannot be recorded, or not be replayed
   */
  Optional<Recording> record(Runnable launches);

  /** Frees the memory and the streams, after the session and its slots are closed. */
  @Override
  void close();

  /** Recorded launches. They read and write the same addresses each time. */
  interface Recording extends AutoCloseable {

    /** Launches everything on the compute stream. */
    void replay();

    @Override
    void close();
  }
}
