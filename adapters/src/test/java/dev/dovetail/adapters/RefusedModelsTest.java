package dev.dovetail.adapters;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.backbones.VisionTransformer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What makes no model is refused with a sentence that names it. */
class RefusedModelsTest {

  private static final Published SMALL = Published.segmentation(384, 12, 6, 6, 1, 1.5);

  @Test
  void anImageThatIsNoMultipleOf32IsRefusedWithTheMultiple() {
    refused(
        "height 512 and width 528 does not fit ViT-CoMer: both must be multiples of 32",
        () -> SMALL.trace(512, 528));
  }

  @Test
  void stagesThatDoNotTakeAllBlocksAreRefused() {
    VisionTransformer deep =
        new VisionTransformer(384, 16, 6, 4, true, true, List.of(0), 224, 16, List.of());
    refused(
        "takes 12 blocks, and the backbone has 16",
        () -> new Published(deep, VitComer.defaults()).trace(64, 64));
  }

  @Test
  void aPatchSizeOtherThan16IsRefused() {
    VisionTransformer fine =
        new VisionTransformer(384, 12, 6, 4, true, true, List.of(0), 224, 8, List.of());
    refused(
        "needs a plain backbone of stride 16, and this one has patches of 8 pixels",
        () -> new Published(fine, VitComer.defaults()).trace(64, 64));
  }

  @Test
  void valuesThatTheHeadsDoNotDivideAreRefused() {
    refused(
        "width of 100 must be a multiple of its heads (6)",
        () -> new MultiScaleDeformableAttention(6, 4, 100));
  }

  @Test
  void oddMrfpChannelsAreRefused() {
    refused("must be even and positive, and they are 7", () -> new Mrfp(7));
  }

  private static void refused(String sentence, Executable body) {
    String message = assertThrows(IllegalArgumentException.class, body).getMessage();
    assertTrue(message.contains(sentence), message);
  }
}
