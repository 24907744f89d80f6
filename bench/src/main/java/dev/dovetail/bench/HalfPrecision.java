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

/** Makes the weights of a built-in model from those that {@code train} wrote. */
@Command(
    name = "half",
    mixinStandardHelpOptions = true,
    description =
        "Writes the weights of a training in half precision, without what only training reads: the"
            + " auxiliary head, and the steps that batch norms counted. So the built-in models are"
            + " made.")
final class HalfPrecision implements Callable<Integer> {

  private static final String AUXILIARY = "auxiliary_head.";

  @Parameters(index = "0", paramLabel = "IN", description = "such as run/best.safetensors")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "the file that is written")
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
