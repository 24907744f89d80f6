package dev.dovetail.cuda;

import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.onnxruntime.IoBinding;
import org.bytedeco.onnxruntime.MemoryInfo;
import org.bytedeco.onnxruntime.RunOptions;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.Value;
import org.bytedeco.onnxruntime.ValueVector;

/**
 * The inputs and outputs of one run at a time: buffers at fixed addresses where the {@link
 * Placement} permits, otherwise memory of the caller or of ONNX Runtime.
 */
final class Slot implements Pool.Item {

  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  /** The maximum size of a buffer. */
  private static final long MOST = Integer.MAX_VALUE;

  private final Session session;
  private final Placement placement;
  private final RunDevice device;

  /** The names of the outputs that ONNX Runtime allocates. */
  private final List<String> allocated;

  private final IoBinding binding;
  private final Transfers transfers;
  private final Map<String, Transfers.Buffer> inputs = new LinkedHashMap<>();
  private final Map<String, Transfers.Buffer> outputs = new LinkedHashMap<>();

  /** Host memory for the outputs whose sizes are known only after a run; it grows. */
  private final Map<String, ByteBuffer> sized = new HashMap<>();

  private final List<Value> values = new ArrayList<>();
  private final List<HostValue> passed = new ArrayList<>();
  private Optional<RunDevice.Recording> recording = Optional.empty();

  /** The number of regular runs of the session before the recording. */
  private int runsBefore;

  Slot(Session session, Placement placement, RunDevice device) {
    this.session = session;
    this.placement = placement;
    this.device = device;
    this.allocated = placement.allocated();
    this.transfers = device.transfers();
    this.binding = new IoBinding(session);
    try {
      for (String name : placement.inputs()) {
        Transfers.Buffer buffer = buffer(name, placement.signature().inputs(), inputs);
        binding.BindInput(name, over(placement.signature().inputs().get(name), buffer));
      }
      for (String name : placement.outputs()) {
        Transfers.Buffer buffer = buffer(name, placement.signature().outputs(), outputs);
        binding.BindOutput(name, over(placement.signature().outputs().get(name), buffer));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Transfers.Buffer buffer(
      String name, Map<String, TensorType> types, Map<String, Transfers.Buffer> buffers) {
    Transfers.Buffer buffer = transfers.allocate(Values.bytes(types.get(name)));
    buffers.put(name, buffer);
    return buffer;
  }

  private Value over(TensorType type, Transfers.Buffer buffer) {
    Value value = Values.over(type, buffer.device(), device.memory().asOrtMemoryInfo());
    values.add(value);
    return value;
  }

  /** Starts to copy the inputs to the device. */
  void write(Map<String, TensorData> all) {
    releasePassed();
    all.forEach(
        (name, data) -> {
          Transfers.Buffer buffer = inputs.get(name);
          if (buffer == null) {
            HostValue value = HostValue.of(data);
            passed.add(value);
            binding.BindInput(name, value.value());
          } else {
            ByteBuffer host = buffer.host();
            if (data.bytes().remaining() != host.remaining()) {
              throw new IllegalArgumentException(
                  "input '" + name + "' has another size than the graph's");
            }
            host.put(data.bytes());
            transfers.upload(buffer);
          }
        });
  }

  /**
   * Runs the graph, on one thread at a time. The inputs need not have arrived yet, and the outputs
   * need not be complete when this method returns.
   *
   * @param options the options of a regular run
   */
  void run(RunOptions options) {
    transfers.computeAfterCopies();
    if (recording.isPresent()) {
      recording.get().replay();
    } else {
      for (String name : allocated) {
        MemoryInfo where = placement.sized().contains(name) ? device.memory() : Ort.HOST;
        // Otherwise ONNX Runtime would expect the shape of the run before.
        binding.BindOutput(name, where.asOrtMemoryInfo());
      }
      session.Run(options, binding);
    }
    transfers.copiesAfterCompute();
  }

  /** {@return whether runs are replayed} */
  boolean isRecorded() {
    return recording.isPresent();
  }

  /**
   * Records the launches of a run without running it, so that later runs are replayed.
   *
   * @param options options with which ONNX Runtime does not wait for the launches
   * @param regularRuns the number of regular runs of the session
   * @throws IllegalStateException if the launches cannot be recorded
   */
  void record(RunOptions options, int regularRuns) {
    recording = device.record(() -> session.Run(options, binding));
    runsBefore = regularRuns;
  }

  /**
   * Discards a recording if there was a regular run since. With these options, ONNX Runtime does
   * not free the pinned arrays that some kernels read, but at the end of the next regular run it
   * does.
   *
   * @param regularRuns the number of regular runs of the session
   */
  void keepRecording(int regularRuns) {
    if (isRecorded() && runsBefore != regularRuns) {
      recording.get().close();
      recording = Optional.empty();
    }
  }

  /** Waits until copies and everything that they depend on are finished. */
  void await() {
    transfers.await();
  }

  /** {@return the outputs of the last run by name, in order; they own their memory} */
  Map<String, TensorData> results() {
    outputs.values().forEach(transfers::download);
    Map<String, TensorData> all = new LinkedHashMap<>();
    Signature signature = placement.signature();
    signature.outputs().forEach((name, t) -> all.put(name, signature.constants().get(name)));
    if (allocated.isEmpty()) {
      transfers.await();
    } else {
      all.putAll(awaitAllocated());
    }
    outputs.forEach(
        (name, buffer) ->
            all.put(name, TensorData.of(signature.outputs().get(name), copied(buffer.host()))));
    return all;
  }

  /** Waits for all copies, and returns the outputs that ONNX Runtime allocated. */
  private Map<String, TensorData> awaitAllocated() {
    try (ValueVector results = binding.GetConst().GetOutputValues()) {
      // The binding lists outputs in the order in which they were first bound.
      Map<String, Value> found = new LinkedHashMap<>();
      for (int i = 0; i < allocated.size(); i++) {
        found.put(allocated.get(i), results.get(outputs.size() + i));
      }
      Map<String, TensorData> copies = new HashMap<>();
      placement.sized().forEach(name -> copies.put(name, copyToHost(name, found.get(name))));
      transfers.await();
      Map<String, TensorData> all = new HashMap<>();
      found.forEach(
          (name, value) ->
              all.put(
                  name, copies.containsKey(name) ? owned(copies.get(name)) : Values.copied(value)));
      return all;
    }
  }

  /** Starts to copy an output in device memory to host memory, which is returned. */
  private TensorData copyToHost(String name, Value value) {
    TensorType type = Values.type(value);
    int bytes = Math.toIntExact(Values.bytes(type));
    ByteBuffer host = sized.getOrDefault(name, NOTHING);
    if (host.capacity() < bytes) {
      // The memory before is not freed until the slot is closed, so sizes grow geometrically.
      host = transfers.allocateHost(Math.max(bytes, Math.min(2L * host.capacity(), MOST)));
      sized.put(name, host);
    }
    ByteBuffer part = host.slice(0, bytes);
    if (bytes > 0) {
      transfers.download(value.GetTensorMutableRawData(), part);
    }
    return TensorData.of(type, part.order(ByteOrder.LITTLE_ENDIAN));
  }

  private static TensorData owned(TensorData data) {
    return TensorData.of(data.type(), copied(data.bytes()));
  }

  private static ByteBuffer copied(ByteBuffer from) {
    return ByteBuffer.allocateDirect(from.remaining())
        .put(from)
        .flip()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private void releasePassed() {
    passed.forEach(HostValue::close);
    passed.clear();
  }

  @Override
  public void close() {
    recording.ifPresent(RunDevice.Recording::close);
    binding.close();
    values.forEach(Value::close);
    releasePassed();
    transfers.close();
  }
}
