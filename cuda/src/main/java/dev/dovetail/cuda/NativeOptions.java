package dev.dovetail.cuda;

import dev.dovetail.runtime.CudaProvider;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.onnxruntime.OrtCUDAProviderOptionsV2;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.SessionOptions;
import org.bytedeco.onnxruntime.global.onnxruntime;

/**
 * The options of a session, and everything that must remain open as long as the session. Closing
 * them after the session releases it.
 */
final class NativeOptions implements AutoCloseable {

  private final SessionOptions options;
  private final Settings settings;
  private final Optional<RunDevice> device;
  private final boolean recorded;

  /** In the order in which it is released. */
  private final Deque<AutoCloseable> kept = new ArrayDeque<>();

  private boolean taken;

  /**
   * @param profile the prefix of the profile's file name; empty for no profile
   */
  NativeOptions(Settings settings, CudaOptions cuda, Optional<Path> profile) {
    this.settings = settings;
    this.options = keep(new SessionOptions());
    this.device = cuda.device().map(this::keep);
    // A replayed run has no nodes whose times could be measured.
    this.recorded = cuda.runs() == CudaOptions.Runs.RECORDED && profile.isEmpty();
    try {
      set(cuda, profile);
    } catch (RuntimeException | LinkageError e) {
      release();
      throw e;
    }
  }

  private void set(CudaOptions cuda, Optional<Path> profile) {
    // For the same reasons as in OfficialEngine.
    options.SetIntraOpNumThreads(settings.threads());
    options.SetInterOpNumThreads(1);
    options.DisableMemPattern();
    options.AddConfigEntry("session.intra_op.allow_spinning", "0");
    options.SetGraphOptimizationLevel(
        settings.optimised() ? onnxruntime.ORT_ENABLE_ALL : onnxruntime.ORT_DISABLE_ALL);
    profile.ifPresent(prefix -> options.EnableProfiling(keep(new BytePointer(prefix.toString()))));
    if (settings.device() instanceof Device.Cuda gpu) {
      CudaProvider.sessionEntries().forEach(options::AddConfigEntry);
      Map<String, String> provider = CudaProvider.options();
      provider.put("device_id", Integer.toString(gpu.index()));
      provider.putAll(cuda.provider());
      append(provider);
    }
  }

  private void append(Map<String, String> provider) {
    OrtCUDAProviderOptionsV2 cuda = new OrtCUDAProviderOptionsV2();
    Ort.check(Ort.API.CreateCUDAProviderOptions(cuda));
    try {
      Ort.check(
          Ort.API.UpdateCUDAProviderOptions(
              cuda,
              keep(new PointerPointer<BytePointer>(provider.keySet().toArray(String[]::new))),
              keep(new PointerPointer<BytePointer>(provider.values().toArray(String[]::new))),
              provider.size()));
      Optional<Pointer> stream = device.flatMap(RunDevice::stream);
      if (stream.isPresent()) {
        Ort.check(
            Ort.API.UpdateCUDAProviderOptionsWithValue(
                cuda, keep(new BytePointer("user_compute_stream")), stream.get()));
      }
      options.AppendExecutionProvider_CUDA_V2(cuda);
    } finally {
      Ort.API.ReleaseCUDAProviderOptions().call(cuda);
    }
  }

  /** {@return the options, for more entries} */
  SessionOptions options() {
    return options;
  }

  /** {@return an object, which remains open as long as the session} */
  <T extends AutoCloseable> T keep(T object) {
    kept.addLast(object);
    return object;
  }

  /**
   * {@return a session, which closes these options with itself}
   *
   * @param creation creates the session from the options
   * @param signature reads the session's inputs and outputs
   * @param metadata reads the session's metadata
   */
  NativeSession open(
      Function<SessionOptions, Session> creation,
      Function<Session, Signature> signature,
      Function<Session, Map<String, String>> metadata) {
    CudaRunDevice.CREATION.readLock().lock();
    try {
      Session session = creation.apply(options);
      try {
        Signature found = signature.apply(session);
        device.flatMap(d -> d.pinned(session)).ifPresent(kept::addFirst);
        Optional<ResidentRuns> resident =
            device.map(d -> new ResidentRuns(session, found, d, recorded));
        NativeSession result =
            new NativeSession(
                session,
                found,
                metadata.apply(session),
                settings.device(),
                resident,
                this::release);
        taken = true;
        return result;
      } finally {
        if (!taken) {
          session.close();
        }
      }
    } finally {
      CudaRunDevice.CREATION.readLock().unlock();
    }
  }

  /** Releases everything, unless a session will do so. */
  @Override
  public void close() {
    if (!taken) {
      release();
    }
  }

  private void release() {
    for (AutoCloseable object : kept) {
      try {
        object.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    kept.clear();
  }
}
