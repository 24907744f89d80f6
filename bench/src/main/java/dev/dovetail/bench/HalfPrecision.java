package dev.dovetail.bench;

import dev.dovetail.core.DType;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Creates the weights of a built-in model from weights that {@code train} wrote. */
@Command(
    name = "half",
    mixinStandardHelpOptions = true,
    description =
        "Writes trained weights in half precision, without those that only training needs: the"
            + " auxiliary head, and the step counts of batch norms. The built-in models are"
            + " created with this command.")
final class HalfPrecision implements Callable<Integer> {

  private static final String AUXILIARY = "auxiliary_head.";

  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "the trained weights, such as run/best.safetensors")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "the output file")
  private Path out;

  @Override
  public Integer call() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(in)) {
      List<StoredTensor> kept =
          checkpoint.tensors().values().stream()
              .filter(tensor -> tensor.type().isFloat() && !tensor.name().startsWith(AUXILIARY))
              .toList();
      Safetensors.write(out, kept, tensor -> DType.FLOAT16, Map.of());
      System.out.println(kept.size() + " of " + checkpoint.tensors().size() + " tensors in " + out);
    }
    return 0;
  }
}
