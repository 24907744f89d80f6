package dev.dovetail.cuda;

import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Engine;
import dev.dovetail.runtime.PlanException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.onnxruntime.IoBinding;
import org.bytedeco.onnxruntime.MemoryInfo;
import org.bytedeco.onnxruntime.RunOptions;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.Value;
import org.bytedeco.onnxruntime.global.onnxruntime;

/**
 * Repeated runs of a session on a GPU with inputs and outputs bound to device memory. Nothing is
 * copied, and a recorded session can replay its launches. ONNX Runtime allocates outputs whose
 * shapes are only known at run time. Not thread-safe.
 */
final class BoundRun implements Engine.Repeated {

  private final Session session;
  private final Device.Cuda gpu;
  private final IoBinding binding;
  private final RunOptions run = new RunOptions();
  private final MemoryInfo device;
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final Map<String, DeviceMemory> outputs = new LinkedHashMap<>();
  private final Signature signature;

  BoundRun(Session session, Signature signature, Map<String, TensorData> values, Device.Cuda gpu) {
    this.session = session;
    this.gpu = gpu;
    this.signature = signature;
    this.binding = new IoBinding(session);
    this.device =
        new MemoryInfo(
            "Cuda", onnxruntime.OrtDeviceAllocator, gpu.index(), onnxruntime.OrtMemTypeDefault);
    values.forEach(
        (name, data) -> {
          DeviceMemory memory = place(data.type());
          memory.write(data.bytes());
          binding.BindInput(name, value(data.type(), memory));
        });
    for (Map.Entry<String, TensorType> output : signature.outputs().entrySet()) {
      TensorType type = output.getValue();
      if (type.shape().isStatic()) {
        DeviceMemory memory = place(type);
        outputs.put(output.getKey(), memory);
        binding.BindOutput(output.getKey(), value(type, memory));
      } else {
        binding.BindOutput(output.getKey(), device.asOrtMemoryInfo());
      }
    }
  }

  private DeviceMemory place(TensorType type) {
    DeviceMemory memory = new DeviceMemory(Values.bytes(type));
    owned.add(memory);
    return memory;
  }

  private Value value(TensorType type, DeviceMemory memory) {
    Value value = Values.over(type, memory.pointer(), device.asOrtMemoryInfo());
    owned.add(0, value);
    return value;
  }

  @Override
  public void run() throws PlanException {
    try {
      session.Run(run, binding);
      binding.SynchronizeOutputs();
    } catch (RuntimeException e) {
      throw PlanException.of("the run failed", gpu, e);
    }
  }

  /** {@return the results of the last run, for outputs whose shapes are known in advance} */
  Map<String, TensorData> results() {
    Map<String, TensorData> all = new LinkedHashMap<>();
    outputs.forEach(
        (name, memory) ->
            all.put(name, TensorData.of(signature.outputs().get(name), memory.read())));
    return all;
  }

  @Override
  public void close() {
    binding.close();
    run.close();
    for (AutoCloseable o : owned) {
      try {
        o.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    device.close();
  }
}
