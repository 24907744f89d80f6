package dev.dovetail.cuda;

import dev.dovetail.graph.TensorType;
import dev.dovetail.runtime.PlanException;
import dev.dovetail.runtime.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.onnxruntime.ModelMetadata;
import org.bytedeco.onnxruntime.OrtAllocator;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.StringVector;
import org.bytedeco.onnxruntime.TypeInfo;

/** An ONNX file in ONNX Runtime's C API. */
final class NativeFile {

  private NativeFile() {}

  /** Opens a file, which may contain only operators of ONNX and ONNX Runtime. */
  static NativeSession open(
      Path file, Settings settings, CudaOptions options, Optional<Path> profile)
      throws PlanException {
    try (BytePointer path = new BytePointer(file.toString());
        NativeOptions o = new NativeOptions(settings, options, profile)) {
      return o.open(
          all -> new Session(Ort.ENVIRONMENT, path, all),
          NativeFile::signature,
          NativeFile::metadata);
    } catch (RuntimeException e) {
      throw PlanException.of(file + " cannot be loaded", settings.device(), e);
    }
  }

  private static Signature signature(Session session) {
    Map<String, TensorType> inputs = new LinkedHashMap<>();
    Map<String, TensorType> outputs = new LinkedHashMap<>();
    try (StringVector in = session.GetInputNames();
        StringVector out = session.GetOutputNames()) {
      for (int i = 0; i < in.size(); i++) {
        try (TypeInfo info = session.GetInputTypeInfo(i)) {
          inputs.put(in.get(i).getString(), Values.type(info));
        }
      }
      for (int i = 0; i < out.size(); i++) {
        try (TypeInfo info = session.GetOutputTypeInfo(i)) {
          outputs.put(out.get(i).getString(), Values.type(info));
        }
      }
    }
    return new Signature(inputs, outputs, Map.of());
  }

  private static Map<String, String> metadata(Session session) {
    Map<String, String> all = new LinkedHashMap<>();
    OrtAllocator allocator = new OrtAllocator();
    Ort.check(Ort.API.GetAllocatorWithDefaultOptions(allocator)); // shared by the process
    long[] count = new long[1];
    try (ModelMetadata metadata = session.GetModelMetadata();
        PointerPointer<BytePointer> slot = new PointerPointer<>(1)) {
      Ort.check(
          Ort.API.ModelMetadataGetCustomMetadataMapKeys(
              metadata.asOrtModelMetadata(), allocator, slot, count));
      if (count[0] == 0) {
        return all;
      }
      PointerPointer<BytePointer> keys = new PointerPointer<>(slot.get());
      for (int i = 0; i < count[0]; i++) {
        BytePointer key = new BytePointer(keys.get(i));
        Ort.check(
            Ort.API.ModelMetadataLookupCustomMetadataMap(
                metadata.asOrtModelMetadata(), allocator, key, slot));
        BytePointer value = new BytePointer(slot.get());
        all.put(key.getString(), value.getString());
        Ort.check(Ort.API.AllocatorFree(allocator, value));
        Ort.check(Ort.API.AllocatorFree(allocator, key));
      }
      Ort.check(Ort.API.AllocatorFree(allocator, keys));
    }
    return all;
  }
}
