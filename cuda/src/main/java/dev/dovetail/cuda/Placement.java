package dev.dovetail.cuda;

import dev.dovetail.graph.TensorType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.onnxruntime.MemoryInfo;
import org.bytedeco.onnxruntime.OrtMemoryInfo;
import org.bytedeco.onnxruntime.OrtStatus;
import org.bytedeco.onnxruntime.Session;

/**
 * Which inputs and outputs of a session are in buffers of its slots: those whose shapes are known
 * in advance, and which the graph reads or writes in the device's memory. ONNX Runtime reads some
 * inputs on the host, such as sizes; they remain there, since ONNX Runtime would otherwise copy
 * them back and wait for the copy. Constant outputs need no run, and ONNX Runtime would copy them
 * in a way that cannot be recorded.
 *
 * @param signature all inputs and outputs
 * @param inputs the names of the inputs in buffers
 * @param outputs the names of the outputs in buffers
 */
record Placement(Signature signature, Set<String> inputs, Set<String> outputs) {

  /** Lists the memory of all inputs or outputs of a session, in order. */
  private interface Query {
    OrtStatus ask(PointerPointer<OrtMemoryInfo> found, long count);
  }

  static Placement of(Session session, Signature signature, MemoryInfo memory) {
    String name = name(memory.asOrtMemoryInfo());
    Set<String> inputs =
        resident(
            signature.inputs(),
            name,
            (found, n) -> Ort.API.SessionGetMemoryInfoForInputs(session.asOrtSession(), found, n));
    Set<String> outputs =
        resident(
            signature.outputs(),
            name,
            (found, n) -> Ort.API.SessionGetMemoryInfoForOutputs(session.asOrtSession(), found, n));
    // ONNX Runtime returns such an output as it was passed, and writes nothing to a buffer.
    outputs.removeAll(signature.inputs().keySet());
    outputs.removeAll(signature.constants().keySet());
    return new Placement(signature, inputs, outputs);
  }

  /** {@return whether everything is in buffers, so that runs depend on fixed addresses only} */
  boolean isWhole() {
    return inputs.size() == signature.inputs().size() && elsewhere().isEmpty();
  }

  /** {@return the names of the outputs for which ONNX Runtime allocates memory, in order} */
  List<String> elsewhere() {
    return signature.outputs().keySet().stream()
        .filter(name -> !outputs.contains(name) && !signature.constants().containsKey(name))
        .toList();
  }

  private static Set<String> resident(Map<String, TensorType> types, String memory, Query query) {
    Set<String> names = new LinkedHashSet<>();
    try (PointerPointer<OrtMemoryInfo> found = new PointerPointer<>(Math.max(types.size(), 1))) {
      Ort.check(query.ask(found, types.size()));
      int i = 0;
      for (Map.Entry<String, TensorType> type : types.entrySet()) {
        String place = name(found.get(OrtMemoryInfo.class, i++));
        if (type.getValue().shape().isStatic() && place.equals(memory)) {
          names.add(type.getKey());
        }
      }
    }
    return names;
  }

  /** Returns ONNX Runtime's name of a kind of memory, which distinguishes pinned host memory. */
  private static String name(OrtMemoryInfo info) {
    try (PointerPointer<BytePointer> slot = new PointerPointer<>(1)) {
      Ort.check(Ort.API.MemoryInfoGetName(info, slot));
      return new BytePointer(slot.get(0)).getString();
    }
  }
}
