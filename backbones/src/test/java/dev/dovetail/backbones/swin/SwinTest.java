package dev.dovetail.backbones.swin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.backbones.Features;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How windows are laid, at borders above all, and that parameters do not depend on the image. */
class SwinTest {

  private static Swin with(WindowPadding borders, Swin.Version version) {
    return new Swin(
        version,
        8,
        List.of(2, 2),
        List.of(1, 2),
        4,
        2,
        true,
        4,
        borders,
        List.of(64, 64),
        List.of(),
        true);
  }

  @Test
  void aShiftMovesCellsUpAndTheFirstRowsToTheEnd() {
    ShiftedWindows windows = new ShiftedWindows(4, 4, 2, 2, 1, 1, true);
    assertEquals(List.of(5, 6, 9, 10), cells(windows, 0));
    assertEquals(List.of(7, 4, 11, 8), cells(windows, 1));
    assertEquals(List.of(15, 12, 3, 0), cells(windows, 3));
    assertTrue(windows.whole(0));
    assertFalse(windows.whole(1));
    assertTrue(windows.sees(1, 0, 2), "below each other");
    assertFalse(windows.sees(1, 0, 1), "from both ends of a row");
  }

  @Test
  void theExtensionIsShiftedAlongOrStaysBehind() {
    // Three cells in a row, windows of two: one place without a cell, 3.
    assertEquals(List.of(1, 2), cells(new ShiftedWindows(1, 3, 1, 2, 0, 1, true), 0));
    assertEquals(List.of(3, 0), cells(new ShiftedWindows(1, 3, 1, 2, 0, 1, true), 1));
    assertEquals(List.of(1, 2), cells(new ShiftedWindows(1, 3, 1, 2, 0, 1, false), 0));
    assertEquals(List.of(0, 3), cells(new ShiftedWindows(1, 3, 1, 2, 0, 1, false), 1));
  }

  @Test
  void everyCellStandsAtOnePlace() {
    long seed = 5;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 200; i++) {
      int height = 1 + random.nextInt(9);
      int width = 1 + random.nextInt(9);
      int rows = 1 + random.nextInt(5);
      int columns = 1 + random.nextInt(5);
      ShiftedWindows w =
          new ShiftedWindows(
              height, width, rows, columns, rows / 2, columns / 2, random.nextBoolean());
      List<Integer> all =
          IntStream.range(0, w.count())
              .boxed()
              .flatMap(n -> cells(w, n).stream())
              .filter(c -> c < w.gridHeight() * w.gridWidth())
              .sorted()
              .toList();
      assertEquals(
          IntStream.range(0, height * width).boxed().toList(), all, w + " with seed " + seed);
    }
  }

  @Test
  void onSmallGridsEachLibraryHasItsWindow() {
    assertEquals(List.of(2, 4, 0, 2), plan(WindowPadding.TIMM, 2, 9));
    assertEquals(List.of(4, 4, 2, 2), plan(WindowPadding.TIMM_ALWAYS_PARTITION, 2, 9));
    assertEquals(List.of(4, 4, 2, 2), plan(WindowPadding.MMDETECTION, 2, 9));
    assertEquals(List.of(4, 4, 0, 2), plan(WindowPadding.TORCHVISION, 2, 9));
    assertEquals(List.of(2, 2, 0, 0), plan(WindowPadding.TRANSFORMERS, 2, 9));
    assertEquals(
        List.of(4, 4, 2, 2), plan(WindowPadding.TRANSFORMERS_V2, 2, 9), "a grid of 8 once");
    for (WindowPadding borders : WindowPadding.values()) {
      assertEquals(List.of(4, 4, 2, 2), plan(borders, 5, 9), borders.name());
    }
  }

  private static List<Integer> plan(WindowPadding borders, int height, int width) {
    WindowPlan plan = WindowPlan.of(with(borders, Swin.Version.V1), 1, height, width);
    return List.of(plan.height(), plan.width(), plan.down(), plan.right());
  }

  @Test
  void parametersDoNotDependOnTheImage() {
    for (WindowPadding borders : WindowPadding.values()) {
      for (Swin.Version version : Swin.Version.values()) {
        Swin swin = with(borders, version);
        Map<String, TensorType> trained = parameters(trace(swin, 64, 64));
        assertEquals(trained, parameters(trace(swin, 10, 50)), borders + " " + version);
        assertEquals(trained, parameters(trace(swin, 130, 90)), borders + " " + version);
      }
    }
  }

  @Test
  void buffersOfPublishedCheckpointsAreKnown() {
    Graph graph = trace(with(WindowPadding.TIMM, Swin.Version.V1), 64, 64);
    for (String key :
        List.of(
            "layers.0.blocks.1.attn_mask",
            "layers.1.blocks.0.attn.relative_position_index",
            "norm.weight",
            "head.fc.bias")) {
      assertTrue(graph.ignoredKeys().stream().anyMatch(u -> u.matches(key)), key);
    }
  }

  private static Map<String, TensorType> parameters(Graph graph) {
    return graph.parameters().stream().collect(Collectors.toMap(Parameter::name, Parameter::type));
  }

  private static Graph trace(Swin swin, int height, int width) {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 2, 3, height, width);
    Features x = swin.stem(trace.root(), image);
    x = swin.blocks(trace.root(), x, 0, 0, 2);
    Tensor first = swin.output(trace.root(), x, 0);
    x = swin.blocks(trace.root(), x, 1, 0, 2);
    Tensor second = swin.output(trace.root(), x, 1);
    assertEquals(List.of(2, 8, (height + 3) / 4, (width + 3) / 4), dims(first));
    assertEquals(List.of(2, 16, (height + 7) / 8, (width + 7) / 8), dims(second));
    return trace.graph(Map.of("first", first, "second", second));
  }

  private static List<Integer> dims(Tensor t) {
    return Arrays.stream(t.shape().dims()).boxed().toList();
  }

  private static List<Integer> cells(ShiftedWindows windows, int window) {
    return IntStream.range(0, windows.area()).mapToObj(p -> windows.cell(window, p)).toList();
  }

  @Test
  void whatMakesNoModelIsRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new Swin(
                        Swin.Version.V1,
                        8,
                        List.of(2, 2),
                        List.of(1, 3),
                        4,
                        2,
                        true,
                        4,
                        WindowPadding.TIMM,
                        List.of(64, 64),
                        List.of(),
                        false))
            .getMessage();
    assertTrue(message.contains("stage 1, 16, is a multiple of its heads"), message);
  }
}
