package dev.dovetail.cuda;

import static org.bytedeco.cuda.global.cudart.cudaMemcpyAsync;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyDeviceToHost;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyHostToDevice;
import static org.bytedeco.cuda.global.cudart.cudaSetDevice;
import static org.bytedeco.cuda.global.cudart.cudaStreamCreateWithFlags;
import static org.bytedeco.cuda.global.cudart.cudaStreamDestroy;
import static org.bytedeco.cuda.global.cudart.cudaStreamNonBlocking;
import static org.bytedeco.cuda.global.cudart.cudaStreamSynchronize;

import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.runtime.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.onnxruntime.IoBinding;
import org.bytedeco.onnxruntime.MemoryInfo;
import org.bytedeco.onnxruntime.RunOptions;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.Value;
import org.bytedeco.onnxruntime.ValueVector;
import org.bytedeco.onnxruntime.global.onnxruntime;

/**
 * What one run at a time needs on a GPU: places for inputs and outputs there and, page-locked, in
 * the host's memory, and a stream that moves values between them. While one slot's run computes,
 * another slot's inputs go up and its outputs come down. Outputs whose extents only a run tells are
 * brought down by ONNX Runtime.
 */
final class DeviceSlot implements AutoCloseable {

  /** A value in both memories. */
  private record Place(TensorType type, DeviceMemory device, PinnedMemory host, Value value)
      implements AutoCloseable {
    @Override
    public void close() {
      value.close();
      host.close();
      device.close();
    }
  }

  private final Session session;
  private final Signature signature;
  private final int gpu;
  private final IoBinding binding;
  private final RunOptions run = new RunOptions();
  private final MemoryInfo device;
  private final CUstream_st stream = new CUstream_st();
  private final Map<String, Place> inputs = new LinkedHashMap<>();
  private final Map<String, Place> outputs = new LinkedHashMap<>();

  private DeviceSlot(Session session, Signature signature, Device.Cuda gpu) {
    this.session = session;
    this.signature = signature;
    this.gpu = gpu.index();
    DeviceMemory.check(cudaSetDevice(this.gpu));
    DeviceMemory.check(cudaStreamCreateWithFlags(stream, cudaStreamNonBlocking));
    this.binding = new IoBinding(session);
    this.device =
        new MemoryInfo(
            "Cuda", onnxruntime.OrtDeviceAllocator, this.gpu, onnxruntime.OrtMemTypeDefault);
  }

  /** {@return a slot; what it took is given back if there is not enough memory for all} */
  static DeviceSlot of(Session session, Signature signature, Device.Cuda gpu) {
    DeviceSlot slot = new DeviceSlot(session, signature, gpu);
    try {
      slot.bind();
      return slot;
    } catch (RuntimeException e) {
      slot.close();
      throw e;
    }
  }

  private void bind() {
    signature
        .inputs()
        .forEach(
            (name, type) -> {
              inputs.put(name, place(type));
              binding.BindInput(name, inputs.get(name).value());
            });
    signature
        .outputs()
        .forEach(
            (name, type) -> {
              if (type.shape().isStatic()) {
                outputs.put(name, place(type));
                binding.BindOutput(name, outputs.get(name).value());
              }
            });
  }

  private Place place(TensorType type) {
    long bytes = Values.bytes(type);
    DeviceMemory memory = new DeviceMemory(bytes);
    Value value = Values.over(type, memory.pointer(), device.asOrtMemoryInfo());
    return new Place(type, memory, new PinnedMemory(bytes), value);
  }

  /** Whether every input has a place. */
  static boolean suits(Signature signature) {
    return signature.inputs().values().stream().allMatch(t -> t.shape().isStatic());
  }

  /** Runs once. */
  Map<String, TensorData> run(Map<String, TensorData> values) {
    DeviceMemory.check(cudaSetDevice(gpu));
    values.forEach(
        (name, data) -> {
          Place place = inputs.get(name);
          place.host().bytes().put(data.bytes().duplicate());
          move(place, cudaMemcpyHostToDevice);
        });
    DeviceMemory.check(cudaStreamSynchronize(stream));
    for (String name : signature.outputs().keySet()) {
      if (!outputs.containsKey(name)) {
        binding.BindOutput(name, Ort.HOST.asOrtMemoryInfo());
      }
    }
    session.Run(run, binding);
    binding.SynchronizeOutputs();
    outputs.values().forEach(place -> move(place, cudaMemcpyDeviceToHost));
    DeviceMemory.check(cudaStreamSynchronize(stream));
    return results();
  }

  private void move(Place place, int direction) {
    boolean up = direction == cudaMemcpyHostToDevice;
    long bytes = Values.bytes(place.type());
    DeviceMemory.check(
        cudaMemcpyAsync(
            up ? place.device().pointer() : place.host().pointer(),
            up ? place.host().pointer() : place.device().pointer(),
            bytes,
            direction,
            stream));
  }

  private Map<String, TensorData> results() {
    Map<String, TensorData> all = new LinkedHashMap<>();
    try (ValueVector values = binding.GetConst().GetOutputValues()) {
      int i = 0;
      // In the order in which they were bound: those with a place first.
      for (Map.Entry<String, Place> output : outputs.entrySet()) {
        all.put(output.getKey(), copied(output.getValue()));
        i++;
      }
      for (String name : signature.outputs().keySet()) {
        if (!outputs.containsKey(name)) {
          all.put(name, Values.copied(values.get(i++)));
        }
      }
    }
    Map<String, TensorData> ordered = new LinkedHashMap<>();
    signature.outputs().keySet().forEach(name -> ordered.put(name, all.get(name)));
    return ordered;
  }

  private static TensorData copied(Place place) {
    ByteBuffer from = place.host().bytes();
    ByteBuffer copy = ByteBuffer.allocateDirect(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    return TensorData.of(place.type(), copy.put(from).flip());
  }

  @Override
  public void close() {
    binding.close();
    run.close();
    inputs.values().forEach(Place::close);
    outputs.values().forEach(Place::close);
    device.close();
    cudaStreamDestroy(stream);
  }
}
