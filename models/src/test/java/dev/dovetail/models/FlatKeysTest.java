package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.hybridencoder.HybridEncoder;
import dev.dovetail.adapters.vitadapter.VitAdapter;
import dev.dovetail.adapters.vitcomer.HierarchicalVitComer;
import dev.dovetail.adapters.vitcomer.VitComer;
import dev.dovetail.heads.deformabledetr.DeformableDetr;
import dev.dovetail.heads.mask2former.Mask2Former;
import dev.dovetail.heads.mask2former.PixelDecoder;
import dev.dovetail.heads.maskrcnn.RcnnInference;
import dev.dovetail.heads.rtdetr.RtDetr;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.RecordBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that are grouped in nested records in Java are at the same level in a config. */
class FlatKeysTest {

  static Stream<Arguments> parts() {
    return Stream.of(
        Arguments.of(
            VitComer.defaults(),
            "flavour stemChannels interactionIndexes points deformHeads deformRatio mrfpRatio"
                + " ffnRatio ffn toV toC cnnInteraction extraCtis addVitFeatures"),
        Arguments.of(
            HierarchicalVitComer.defaults(),
            "width stemChannels points deformHeads deformRatio mrfpRatio ffnRatio ffn"
                + " cnnInteraction extraCtis initialGamma"),
        Arguments.of(
            VitAdapter.defaults(),
            "stemChannels interactionIndexes points deformHeads deformRatio ffnRatio ffn"
                + " extraExtractors initialGamma addVitFeatures stageFeatures"),
        Arguments.of(
            RcnnInference.defaults(),
            "scoreThreshold iouThreshold maxDetections minDetectionSize suppressIn proposalsPerLevel"
                + " maxProposals proposalIouThreshold minProposalSize minProposalScore"),
        Arguments.of(
            Mask2Former.defaults(),
            "classes pixels heads queries layers hidden normFirst activation"),
        Arguments.of(
            PixelDecoder.defaults(),
            "channels heads points layers hidden groups laterals maskChannels"),
        Arguments.of(
            RtDetr.defaults(),
            "classes queries learnedQueries scoring maxDetections width levels extraLevels"
                + " normEpsilon anchorImage layers heads hidden activation epsilon points method"
                + " offsetScale storedShares"),
        Arguments.of(
            DeformableDetr.defaults(),
            "classes queries boxRefine twoStage maxDetections width levels extraLevels positions"
                + " encoder decoder"),
        Arguments.of(
            HybridEncoder.defaults().attention(),
            "levels layers positions temperature"
                + " heads hidden activation normalizeBefore epsilon"));
  }

  @ParameterizedTest
  @MethodSource("parts")
  void everyValueHasItsOwnKeyAndIsReadBack(Record defaults, String keys) {
    ObjectNode tree = RecordBinder.tree(defaults);
    List<String> names = new ArrayList<>();
    tree.fieldNames().forEachRemaining(names::add);
    assertEquals(List.of(keys.split(" ")), names);
    assertEquals(defaults, RecordBinder.bind(tree, defaults.getClass(), ""));
  }

  @Test
  void aWrongValueOfAGroupIsNamedByItsKey() {
    ObjectNode tree = RecordBinder.tree(VitComer.defaults()).put("points", "many");
    ConfigException e =
        assertThrows(
            ConfigException.class, () -> RecordBinder.bind(tree, VitComer.class, "adapter"));
    assertTrue(e.getMessage().startsWith("'adapter.points' is \"many\""), e.getMessage());
    ObjectNode negative = RecordBinder.tree(VitComer.defaults()).put("extraCtis", -1);
    ConfigException f =
        assertThrows(
            ConfigException.class, () -> RecordBinder.bind(negative, VitComer.class, "adapter"));
    assertTrue(f.getMessage().contains("extraCtis -1 is negative"), f.getMessage());
  }

  @Test
  void aMisspelledKeyOfAGroupIsRejectedWithTheRightOne() {
    ObjectNode section = RecordBinder.tree(VitComer.defaults()).objectNode().put("deformHead", 4);
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> RecordBinder.merge(VitComer.defaults(), section, "adapter"));
    assertTrue(e.getMessage().contains("'adapter.deformHead'"), e.getMessage());
    assertTrue(e.getMessage().contains("deformHeads"), e.getMessage());
  }
}
