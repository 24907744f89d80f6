package dev.dovetail.cuda;

import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Engine;
import dev.dovetail.runtime.PlanException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.onnxruntime.IoBinding;
import org.bytedeco.onnxruntime.OrtAllocator;
import org.bytedeco.onnxruntime.RunOptions;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.Value;
import org.bytedeco.onnxruntime.ValueVector;

/** A session of ONNX Runtime's C API. Several threads may run it at the same time. */
final class NativeSession implements Engine.Session {

  private final Session session;
  private final Signature signature;
  private final Map<String, String> metadata;
  private final Device device;

  /** The objects that the session refers to. */
  private final List<Object> kept;

  private boolean closed;

  NativeSession(
      Session session,
      Signature signature,
      Map<String, String> metadata,
      Device device,
      List<Object> kept) {
    this.session = session;
    this.signature = signature;
    this.metadata = metadata;
    this.device = device;
    this.kept = kept;
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
    List<Object> memory = new ArrayList<>();
    try (IoBinding binding = new IoBinding(session);
        RunOptions run = new RunOptions()) {
      values.forEach((name, data) -> bind(binding, name, data, memory));
      for (String name : signature.outputs().keySet()) {
        binding.BindOutput(name, Ort.HOST.asOrtMemoryInfo());
      }
      session.Run(run, binding);
      binding.SynchronizeOutputs();
      Map<String, TensorData> out = new LinkedHashMap<>();
      try (ValueVector results = binding.GetConst().GetOutputValues()) {
        int i = 0;
        for (String name : signature.outputs().keySet()) {
          out.put(name, Values.copied(results.get(i++)));
        }
      }
      return out;
    } catch (RuntimeException e) {
      throw PlanException.of("the run failed", device, e);
    } finally {
      Reference.reachabilityFence(memory);
      memory.stream().filter(Value.class::isInstance).forEach(v -> ((Value) v).close());
    }
  }

  private static void bind(IoBinding binding, String name, TensorData data, List<Object> memory) {
    ByteBuffer bytes = direct(data.bytes());
    Pointer at = new BytePointer(bytes);
    Value value = Values.over(data.type(), at, Ort.HOST.asOrtMemoryInfo());
    memory.addAll(List.of(bytes, at, value));
    binding.BindInput(name, value);
  }

  private static ByteBuffer direct(ByteBuffer bytes) {
    return bytes.isDirect()
        ? bytes
        : ByteBuffer.allocateDirect(Math.max(bytes.remaining(), 1)).put(bytes.duplicate()).flip();
  }

  @Override
  public Engine.Repeated repeat(Map<String, TensorData> values) throws PlanException {
    try {
      return device instanceof Device.Cuda cuda
          ? new BoundRun(session, signature, values, cuda)
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
    session.close();
    for (Object o : kept) {
      if (o instanceof FusedGraph graph) {
        graph.release();
      } else if (o instanceof Pointer p) {
        p.close();
      }
    }
  }
}
