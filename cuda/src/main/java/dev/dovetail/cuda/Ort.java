package dev.dovetail.cuda;

import dev.dovetail.natives.JavaCppProperties;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.onnxruntime.Env;
import org.bytedeco.onnxruntime.MemoryInfo;
import org.bytedeco.onnxruntime.OrtApi;
import org.bytedeco.onnxruntime.OrtStatus;
import org.bytedeco.onnxruntime.global.onnxruntime;

/**
 * ONNX Runtime's C API in JavaCPP's binding. Most functions of the API are methods. Functions that
 * do not return a status are fields and must be called with {@code .call}.
 */
final class Ort {

  static {
    JavaCppProperties.setDefaults();
  }

  static final int API_VERSION = onnxruntime.ORT_API_VERSION;
  static final OrtApi API = onnxruntime.OrtGetApiBase().GetApi().call(API_VERSION);

  private static final OrtApi.CreateStatus_int_BytePointer CREATE_STATUS = API.CreateStatus();
  private static final OrtApi.GetErrorMessage_OrtStatus GET_MESSAGE = API.GetErrorMessage();

  /** The environment of the process, never freed. Its log is disabled, since errors are thrown. */
  static final Env ENVIRONMENT = new Env(onnxruntime.ORT_LOGGING_LEVEL_FATAL, "dovetail");

  static final MemoryInfo HOST =
      MemoryInfo.CreateCpu(onnxruntime.OrtArenaAllocator, onnxruntime.OrtMemTypeDefault);

  private Ort() {}

  /** A pointer to any address: a handle, or an address in device memory. */
  static final class Raw extends Pointer {
    Raw(long address) {
      this.address = address;
    }
  }

  /** {@return the version of ONNX Runtime} */
  static String version() {
    return onnxruntime.OrtGetApiBase().GetVersionString().call().getString();
  }

  /** Throws the error in a status of the API, if there is one. */
  static void check(OrtStatus status) {
    if (status == null || status.isNull()) {
      return;
    }
    String message = GET_MESSAGE.call(status).getString();
    API.ReleaseStatus(status);
    throw new IllegalStateException(message);
  }

  /** Creates an error status, which ONNX Runtime frees. */
  static OrtStatus failure(String message) {
    try (BytePointer text = new BytePointer(message)) {
      return CREATE_STATUS.call(onnxruntime.ORT_FAIL, text);
    }
  }
}
