package dev.dovetail.models.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.graph.Shape;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceDirectoryTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();

  @TempDir private Path folder;

  private Model<?, ?> model(HuggingFaceDirectory directory, String... overrides)
      throws IOException {
    return ModelConfig.of(
            directory.modelConfig(REGISTRY, note -> {}),
            folder.toString(),
            List.of(overrides),
            REGISTRY)
        .model();
  }

  @Test
  void outputsWithTheLibrarysNamesNeedTheSameTypeOfBackbone() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        "{\"model_type\": \"resnet\", \"architectures\": [\"ResNetModel\"]}");
    HuggingFaceDirectory directory = HuggingFaceDirectory.read(folder, REGISTRY);
    Model<?, ?> shallow = model(directory, "backbone.depths=[1,1,1,1]");
    assertEquals(
        Shape.of(1, 2048, 2, 2),
        directory.graph(shallow, 1, 64, 64).outputs().get("hidden_states.4").shape());
    Model<?, ?> other = model(directory, "backbone={\"type\": \"convnext\"}");
    String message =
        assertThrows(IllegalArgumentException.class, () -> directory.graph(other, 1, 64, 64))
            .getMessage();
    assertEquals(
        folder + ": its outputs are those of a ResNet, but the model is a ConvNeXt", message);
  }
}
