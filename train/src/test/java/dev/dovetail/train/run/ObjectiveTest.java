package dev.dovetail.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectiveTest {

  @ParameterizedTest
  @CsvSource({
    "cascade-mask-rcnn-resnet50, CascadeMaskRcnn",
    "cascade-rcnn-resnet50, CascadeRcnn",
    "faster-rcnn-resnet50-torchvision, FasterRcnn"
  })
  void detectorsThatCannotBeTrainedAreRejectedByTheirHead(String config, String head)
      throws IOException {
    Path file = SharedFolder.projectRoot().resolve("configs").resolve(config + ".json");
    Model<?, ?> model = ModelConfig.read(file, List.of(), PartRegistry.load()).model();
    String message =
        assertThrows(IllegalArgumentException.class, () -> Objective.of(model)).getMessage();
    assertEquals(
        "models with the head "
            + head
            + " cannot be trained; Mask R-CNN, semantic segmentation and classifiers can",
        message);
  }
}
