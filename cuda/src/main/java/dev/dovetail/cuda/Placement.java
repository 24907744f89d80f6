package dev.dovetail.cuda;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.onnxruntime.MemoryInfo;
import org.bytedeco.onnxruntime.OrtMemoryInfo;
import org.bytedeco.onnxruntime.OrtSession;
import org.bytedeco.onnxruntime.OrtStatus;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.StringVector;

/**
 * Which inputs and outputs of a session are in buffers of its slots: those whose shapes are known
 * in advance, and which the graph reads or writes in the device's memory. ONNX Runtime reads some
 * inputs on the host, such as sizes; they remain there, since ONNX Runtime would otherwise copy
 * them back and wait for the copy. ONNX Runtime allocates outputs of other shapes. Constant outputs
 * need no run, and ONNX Runtime would copy them in a way that cannot be recorded.
 *
 * @param signature all inputs and outputs
 * @param inputs the names of the inputs in buffers
 * @param outputs the names of the outputs in buffers
 * @param sized the names of the outputs in device memory whose sizes are known only after a run
 */
record Placement(Signature signature, Set<String> inputs, Set<String> outputs, Set<String> sized) {

  private static final System.Logger LOG = System.getLogger(Placement.class.getName());

  /** Lists the memory of all inputs or outputs of a session, in order. */
  private interface Query {
    OrtStatus ask(PointerPointer<OrtMemoryInfo> found, long count);
  }

  static Placement of(Session session, Signature signature, MemoryInfo memory) {
    Kind device = Kind.of(memory.asOrtMemoryInfo());
    OrtSession s = session.asOrtSession();
    try (StringVector in = session.GetInputNames();
        StringVector out = session.GetOutputNames()) {
      Set<String> inputs =
          resident(in, device, (found, n) -> Ort.API.SessionGetMemoryInfoForInputs(s, found, n));
      Set<String> outputs =
          resident(out, device, (found, n) -> Ort.API.SessionGetMemoryInfoForOutputs(s, found, n));
      // ONNX Runtime returns such an output as it was passed, and writes nothing to a buffer.
      outputs.removeAll(signature.inputs().keySet());
      outputs.removeAll(signature.constants().keySet());
      inputs.removeIf(name -> !signature.inputs().get(name).shape().isStatic());
      Set<String> sized = new LinkedHashSet<>(outputs);
      outputs.removeIf(name -> !signature.outputs().get(name).shape().isStatic());
      sized.removeAll(outputs);
      return new Placement(signature, inputs, outputs, sized);
    }
  }

  /** {@return whether everything is in buffers, so that runs depend on fixed addresses only} */
  boolean isWhole() {
    return inputs.size() == signature.inputs().size() && allocated().isEmpty();
  }

  /** {@return the names of the outputs for which ONNX Runtime allocates memory, in order} */
  List<String> allocated() {
    return signature.outputs().keySet().stream()
        .filter(name -> !outputs.contains(name) && !signature.constants().containsKey(name))
        .toList();
  }

  /** Returns the names of values in device memory. */
  private static Set<String> resident(StringVector names, Kind device, Query query) {
    Set<String> chosen = new LinkedHashSet<>();
    try (PointerPointer<OrtMemoryInfo> found = new PointerPointer<>(Math.max(names.size(), 1))) {
      Ort.check(query.ask(found, names.size()));
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i).getString();
        if (Kind.of(found.get(OrtMemoryInfo.class, i)).equals(device)) {
          chosen.add(name);
        }
      }
    } catch (IllegalStateException e) {
      // A model whose memory ONNX Runtime cannot tell runs without buffers.
      LOG.log(System.Logger.Level.DEBUG, "the place of values is unknown: " + e.getMessage());
      chosen.clear();
    }
    return chosen;
  }

  /**
   * A kind of memory. Host memory for a GPU is of the GPU's type, but not of the default use.
   *
   * @param device ONNX Runtime's number of the type of device
   * @param use ONNX Runtime's number of the use of the memory
   */
  private record Kind(int device, int use) {

    static Kind of(OrtMemoryInfo info) {
      try (IntPointer device = new IntPointer(1);
          IntPointer use = new IntPointer(1)) {
        Ort.API.MemoryInfoGetDeviceType().call(info, device);
        Ort.check(Ort.API.MemoryInfoGetMemType(info, use));
        return new Kind(device.get(), use.get());
      }
    }
  }
}
