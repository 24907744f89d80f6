package dev.dovetail.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.dovetail.runtime.Profile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** An ONNX file in ONNX Runtime on the CPU, with inputs for a run. */
final class OnnxFile implements AutoCloseable {

  private final Path file;
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();

  /**
   * Loads a file.
   *
   * @param threads the number of threads per operator
   * @param profile the prefix of the profile's file name; empty for no profile
   * @throws OrtException if ONNX Runtime rejects the file
   */
  OnnxFile(Path file, int threads, Optional<Path> profile) throws OrtException {
    this.file = file;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      if (profile.isPresent()) {
        options.enableProfiling(profile.get().toString());
      }
      session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
    }
    for (var input : session.getInputInfo().entrySet()) {
      inputs.put(input.getKey(), value((TensorInfo) input.getValue().getInfo()));
    }
  }

  Path file() {
    return file;
  }

  /** Runs once and returns the milliseconds. */
  double run() throws OrtException {
    long start = System.nanoTime();
    session.run(inputs).close();
    return (System.nanoTime() - start) * 1e-6;
  }

  /** Ends profiling and returns the profile. */
  Profile profile() throws OrtException, IOException {
    Path written = Path.of(session.endProfiling());
    try {
      return Profile.read(written, 0);
    } finally {
      Files.delete(written);
    }
  }

  @Override
  public void close() throws OrtException {
    inputs.values().forEach(OnnxTensor::close);
    session.close();
  }

  /**
   * Returns random pixels or numbers from 0 to 1. 64-bit integers are sizes and get the largest
   * dimension of an input, so that the whole image is used.
   */
  private static OnnxTensor value(TensorInfo type) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = Arrays.stream(type.getShape()).map(d -> Math.max(d, 1)).toArray();
    int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    SplittableRandom random = new SplittableRandom(count);
    return switch (type.type) {
      case UINT8 -> {
        ByteBuffer pixels = ByteBuffer.allocateDirect(count);
        for (int i = 0; i < count; i++) {
          pixels.put(i, (byte) random.nextInt());
        }
        yield OnnxTensor.createTensor(environment, pixels, shape, OnnxJavaType.UINT8);
      }
      case INT64 -> {
        long[] sizes = new long[count];
        Arrays.fill(sizes, Short.MAX_VALUE);
        yield OnnxTensor.createTensor(environment, LongBuffer.wrap(sizes), shape);
      }
      case FLOAT -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = (float) random.nextDouble();
        }
        yield OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
      }
      default ->
          throw new IllegalArgumentException(
              "unsupported input type " + type.type + ": expected uint8, int64 or float");
    };
  }
}
