package dev.dovetail.adapters;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.adapters.vitcomer.Mrfp;
import dev.dovetail.adapters.vitcomer.VitComer;
import dev.dovetail.adapters.vitdet.SimplePyramid;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.MapNorm;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Values out of range are rejected with a message that names them. */
class RefusedModelsTest {

  private static final Published SMALL = Published.segmentation(384, 12, 6, 6, 1, 1.5);

  @Test
  void imageSizesThatAreNotMultiplesOf32AreRejected() {
    refused(
        "height 512 and width 528 does not fit ViT-CoMer: both must be multiples of 32",
        () -> SMALL.trace(512, 528));
  }

  @Test
  void stagesThatDoNotCoverAllBlocksAreRejected() {
    VisionTransformer deep = VisionTransformer.small().withSize(384, 16, 6);
    refused(
        "covers 12 blocks, but the backbone has 16",
        () -> new Published(deep, VitComer.defaults()).trace(64, 64));
  }

  @Test
  void aPatchSizeOtherThan16IsRejected() {
    VisionTransformer fine = VisionTransformer.small().withPatchSize(8);
    refused(
        "needs a plain backbone of stride 16, but this one has patches of 8 pixels",
        () -> new Published(fine, VitComer.defaults()).trace(64, 64));
  }

  @Test
  void valuesThatTheHeadsDoNotDivideAreRejected() {
    refused(
        "width of the values, 100, must be a multiple of the number of heads (6)",
        () -> new MultiScaleDeformableAttention(6, 4, 100));
  }

  @Test
  void oddMrfpChannelsAreRejected() {
    refused("must be even and positive, but is 7", () -> new Mrfp(7));
  }

  @Test
  void scalesThatDoNotFormAPyramidAreRejected() {
    refused("must be successive elements of", () -> pyramid(List.of(4.0, 1.0), MapNorm.LN, false));
    refused("must be successive elements of", () -> pyramid(List.of(), MapNorm.LN, false));
    refused(
        "must be successive elements of",
        () -> pyramid(List.of(1.0, 0.5, 0.25), MapNorm.LN, false));
    refused("the level of scale 0.5", () -> pyramid(List.of(2.0, 1.0), MapNorm.LN, true));
    refused("norm cannot be none", () -> pyramid(List.of(4.0, 2.0), MapNorm.NONE, false));
  }

  @Test
  void aGroupNormOverIncompleteGroupsIsRejected() {
    Trace trace = new Trace();
    Tensor map = trace.input("map", DType.FLOAT32, 1, 48, 4, 4);
    refused(
        "needs a multiple of 32 channels, but the map has 24",
        () -> pyramid(List.of(4.0), MapNorm.GN, false).levels(trace.root(), map, 16));
  }

  @Test
  void aBackboneWithoutStride16HasNoSimplePyramid() {
    VisionTransformer fine = VisionTransformer.small().withPatchSize(8);
    refused(
        "needs a backbone with a stage of stride 16, but this one has strides [8]",
        () -> new Published(fine, SimplePyramid.defaults()).trace(64, 64));
  }

  @Test
  void tapsOtherThanFourBlocksOfAPlainBackboneAreRejected() {
    refused("four ascending blocks or empty", () -> new BackboneFeatures(List.of(3)));
    refused("four ascending blocks or empty", () -> new BackboneFeatures(List.of(5, 2, 8, 11)));
    BackboneFeatures deep = new BackboneFeatures(List.of(2, 5, 8, 12));
    refused(
        "names a block that is not among the 12 blocks of the backbone",
        () -> new Published(VisionTransformer.base(), deep).trace(64, 64));
    refused(
        "has stages of strides [4, 8, 16, 32]",
        () -> new Published(new TinyHierarchy(false), deep).trace(64, 64));
  }

  private static SimplePyramid pyramid(List<Double> scales, MapNorm norm, boolean topLevel) {
    return new SimplePyramid(16, scales, norm, topLevel);
  }

  private static void refused(String sentence, Executable body) {
    String message = assertThrows(IllegalArgumentException.class, body).getMessage();
    assertTrue(message.contains(sentence), message);
  }
}
