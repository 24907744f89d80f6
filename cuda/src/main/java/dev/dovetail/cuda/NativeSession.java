package dev.dovetail.cuda;

import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Engine;
import dev.dovetail.runtime.PlanException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.onnxruntime.IoBinding;
import org.bytedeco.onnxruntime.OrtAllocator;
import org.bytedeco.onnxruntime.RunOptions;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.ValueVector;

/** A session of ONNX Runtime's C API. Several threads may run it at the same time. */
final class NativeSession implements Engine.Session {

  private final Session session;
  private final Signature signature;
  private final Map<String, String> metadata;
  private final Device device;
  private final Optional<ResidentRuns> resident;

  /** Releases what the session refers to. */
  private final Runnable release;

  private boolean closed;

  /**
   * @param resident the runs in device memory; empty if ONNX Runtime copies
   * @param release releases what the session refers to
   */
  NativeSession(
      Session session,
      Signature signature,
      Map<String, String> metadata,
      Device device,
      Optional<ResidentRuns> resident,
      Runnable release) {
    this.session = session;
    this.signature = signature;
    this.metadata = metadata;
    this.device = device;
    this.resident = resident;
    this.release = release;
  }

  @Override
  public Map<String, TensorType> inputs() {
    return signature.inputs();
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public Map<String, TensorData> run(Map<String, TensorData> values) throws PlanException {
    try {
      return resident.isPresent() ? resident.get().run(values) : runOnHostMemory(values);
    } catch (RuntimeException e) {
      throw PlanException.of("the run failed", device, e);
    }
  }

  private Map<String, TensorData> runOnHostMemory(Map<String, TensorData> values) {
    List<HostValue> passed = new ArrayList<>();
    try (IoBinding binding = new IoBinding(session);
        RunOptions run = new RunOptions()) {
      values.forEach(
          (name, data) -> {
            HostValue value = HostValue.of(data);
            passed.add(value);
            binding.BindInput(name, value.value());
          });
      for (String name : signature.outputs().keySet()) {
        binding.BindOutput(name, Ort.HOST.asOrtMemoryInfo());
      }
      session.Run(run, binding);
      Map<String, TensorData> out = new LinkedHashMap<>();
      try (ValueVector results = binding.GetConst().GetOutputValues()) {
        int i = 0;
        for (String name : signature.outputs().keySet()) {
          out.put(name, Values.copied(results.get(i++)));
        }
      }
      return out;
    } finally {
      passed.forEach(HostValue::close);
    }
  }

  @Override
  public Engine.Repeated repeat(Map<String, TensorData> values) throws PlanException {
    try {
      return resident.isPresent()
          ? resident.get().repeat(values, device)
          : new HostRun(this, values);
    } catch (RuntimeException e) {
      throw PlanException.of("the inputs were rejected", device, e);
    }
  }

  private record HostRun(NativeSession session, Map<String, TensorData> values)
      implements Engine.Repeated {
    @Override
    public void run() throws PlanException {
      session.run(values);
    }

    @Override
    public void close() {}
  }

  @Override
  public Path endProfile() throws PlanException {
    try {
      OrtAllocator allocator = new OrtAllocator();
      Ort.check(Ort.API.GetAllocatorWithDefaultOptions(allocator)); // shared by the process
      return Path.of(session.EndProfilingAllocated(allocator).getString());
    } catch (RuntimeException e) {
      throw PlanException.of("the profile cannot be read", device, e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      throw new IllegalStateException("a plan was closed twice");
    }
    closed = true;
    resident.ifPresent(ResidentRuns::close);
    session.close();
    release.run();
  }
}
