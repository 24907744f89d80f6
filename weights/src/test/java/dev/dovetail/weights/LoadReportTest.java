package dev.dovetail.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.core.IgnoredKeys;
import dev.dovetail.core.ParameterSpec;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.tensors.ArrayTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadReportTest {

  private static final List<IgnoredKeys> STEPS =
      List.of(
          new IgnoredKeys(Pattern.compile(".*\\.num_batches_tracked"), "counts training steps"));

  @TempDir Path folder;

  @Test
  void completeCheckpointReturnsTensorsInTheOrderOfTheModel() throws IOException {
    LoadReport report =
        match(
            List.of(floats("a", 2, 3), floats("b", 4), steps("n.num_batches_tracked")),
            List.of(wanted("b", 4), wanted("a", 2, 3)));
    assertTrue(report.complete());
    assertEquals(List.of("b", "a"), List.copyOf(report.requireComplete(false).keySet()));
    assertEquals(Map.of("n.num_batches_tracked", "counts training steps"), report.unused());
    assertTrue(report.describe().contains("2 parameters match"), report.describe());
    assertTrue(report.describe().contains("1, counts training steps"), report.describe());
  }

  @Test
  void missingUnexpectedAndMismatchedTensorsAreNamedWithShapes() throws IOException {
    LoadReport report =
        match(
            List.of(floats("a", 2, 3), floats("head.wieght", 4), floats("extra", 5)),
            List.of(wanted("a", 3, 2), wanted("head.weight", 4), wanted("c", 7)));
    String message = refused(report, false);
    for (String words :
        List.of(
            "0 parameters match, 2 are missing, 1 have a different shape or kind, 2 tensors are unexpected",
            "a is float32 [2, 3], expected floating point [3, 2]",
            "head.weight [4]; did you mean 'head.wieght'?",
            "c [7]",
            "'extra' [5]")) {
      assertTrue(message.contains(words), () -> words + " is not in: " + message);
    }
  }

  @Test
  void emptyTensorsMayBeUnexpected() throws IOException {
    LoadReport report =
        match(List.of(floats("a", 2), floats("registers", 1, 0, 4)), List.of(wanted("a", 2)));
    assertTrue(report.complete());
    assertEquals(Map.of("registers", "has no elements"), report.unused());
  }

  @Test
  void allowMissingLoadsMatchingTensorsButNeverAnotherShape() throws IOException {
    LoadReport part =
        match(List.of(floats("a", 2), floats("x", 1)), List.of(wanted("a", 2), wanted("b", 1)));
    assertFalse(part.complete());
    assertTrue(refused(part, false).contains("--allow-missing"));
    assertEquals(Set.of("a"), part.requireComplete(true).keySet());
    LoadReport wrong =
        match(List.of(floats("a", 2), floats("b", 3)), List.of(wanted("a", 2), wanted("b", 1)));
    assertTrue(refused(wrong, true).contains("b is float32 [3]"));
    LoadReport none = match(List.of(floats("x", 1)), List.of(wanted("a", 2)));
    assertTrue(refused(none, true).contains("a different model"));
  }

  @Test
  void integerTensorForAFloatingPointParameterIsAMismatch() throws IOException {
    LoadReport report =
        match(List.of(steps("a")), List.of(new ParameterSpec("a", DType.FLOAT32, List.of())));
    assertEquals(1, report.mismatched().size());
    LoadReport index =
        match(List.of(steps("a")), List.of(new ParameterSpec("a", DType.INT64, List.of())));
    assertTrue(index.complete());
  }

  @Test
  void commonPrefixIsPointedOut() throws IOException {
    List<ArrayTensor> plain = new ArrayList<>();
    List<ParameterSpec> wanted = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      plain.add(floats("blocks." + i + ".norm", 4));
      wanted.add(wanted("backbone.blocks." + i + ".norm", 4));
    }
    String lacking = refused(match(plain, wanted), false);
    assertTrue(lacking.contains("30 names of the checkpoint lack the prefix 'backbone.'"), lacking);
    assertTrue(lacking.contains("and 20 more"), lacking);
    List<ArrayTensor> whole = new ArrayList<>();
    List<ParameterSpec> part = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      whole.add(floats("backbone.blocks." + i, 4));
      part.add(wanted("blocks." + i, 4));
    }
    String extra = refused(match(whole, part), false);
    assertTrue(
        extra.contains("3 names of the checkpoint have the extra prefix 'backbone.'"), extra);
  }

  @Test
  void aCheckpointWithAnotherHeadIsRecognized() throws IOException {
    List<ArrayTensor> semantic =
        List.of(floats("backbone.a", 2), floats("decode_head.conv.weight", 3), floats("fpn.b", 2));
    List<ParameterSpec> detector =
        List.of(wanted("backbone.a", 2), wanted("neck.p2.weight", 3), wanted("roi_head.fc", 3));
    String other = refused(match(semantic, detector), false);
    assertTrue(
        other.contains("The head differs because the checkpoint was trained with another"), other);
    assertTrue(other.contains("the 1 other parameters match"), other);
    String none = refused(match(semantic.subList(0, 1), detector), false);
    assertTrue(none.contains("The checkpoint lacks the head"), none);
    assertTrue(none.contains("--allow-missing"), none);
  }

  @Test
  void anotherNumberOfClassesIsRecognized() throws IOException {
    List<ArrayTensor> found =
        List.of(
            floats("backbone.a", 2),
            floats("roi_head.bbox_head.fc_cls.weight", 81, 4),
            floats("roi_head.bbox_head.fc_cls.bias", 81));
    List<ParameterSpec> model =
        List.of(
            wanted("backbone.a", 2),
            wanted("roi_head.bbox_head.fc_cls.weight", 4, 4),
            wanted("roi_head.bbox_head.fc_cls.bias", 4));
    String classes = refused(match(found, model), false);
    assertTrue(
        classes.contains("The head differs, most likely in the number of classes (head.classes)"),
        classes);
    List<ParameterSpec> wide =
        List.of(wanted("backbone.a", 2), wanted("roi_head.bbox_head.fc_cls.weight", 81, 8));
    String size = refused(match(found.subList(0, 2), wide), false);
    assertTrue(size.contains("The head differs; the 1 other"), size);
  }

  @Test
  void aCheckpointOfAnotherSizeIsRecognized() throws IOException {
    String size =
        refused(
            match(
                List.of(floats("backbone.cls_token", 8), floats("head.weight", 2)),
                List.of(wanted("backbone.cls_token", 4), wanted("head.weight", 2))),
            false);
    assertTrue(size.contains("is for a model of a different size"), size);
  }

  private static String refused(LoadReport report, boolean allowMissing) {
    return assertThrows(IOException.class, () -> report.requireComplete(allowMissing)).getMessage();
  }

  private LoadReport match(List<ArrayTensor> tensors, List<ParameterSpec> wanted)
      throws IOException {
    Path file = folder.resolve(System.nanoTime() + ".safetensors");
    Safetensors.write(file, tensors, Map.of());
    return LoadReport.match(Checkpoint.open(file), Layout.SAME, wanted, STEPS);
  }

  private static ArrayTensor floats(String name, long... shape) {
    int elements = 1;
    for (long dimension : shape) {
      elements *= (int) dimension;
    }
    return ArrayTensor.of(name, new float[elements], shape);
  }

  private static ArrayTensor steps(String name) {
    return ArrayTensor.of(name, new long[] {12});
  }

  private static ParameterSpec wanted(String name, long... shape) {
    return new ParameterSpec(name, DType.FLOAT32, java.util.Arrays.stream(shape).boxed().toList());
  }
}
