package dev.dovetail.tasks.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.tasks.segmentation.SemanticInference.Mode;
import dev.dovetail.tasks.segmentation.SemanticInference.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SemanticInferenceTest {

  /** Starts of windows, computed with the formula of transformers 5 in Python. */
  @ParameterizedTest
  @CsvSource({
    "128, 186, 128, 0 58",
    "300, 128, 128, 0 86 172",
    "128, 128, 128, 0",
    "40, 100, 128, 0",
    "60, 250, 60, 0 47 95 142 190",
    "100, 701, 100, 0 85 171 257 343 429 515 601",
    "97, 1000, 96, 0 90 180 271 361 452 542 632 723 813 904"
  })
  void windowsAreSpreadOverTheLongSideAsInTransformers(
      int height, int width, int side, String starts) {
    List<Integer> crop = List.of(side, side);
    List<Window> windows = new SemanticInference(Mode.SPREAD, crop, crop).windows(height, width);
    List<Window> expected =
        List.of(starts.split(" ")).stream()
            .map(Integer::valueOf)
            .map(
                at ->
                    height > width
                        ? new Window(at, 0, Math.min(at + side, height), width)
                        : new Window(0, at, height, Math.min(at + side, width)))
            .toList();
    assertEquals(expected, windows);
  }

  @Test
  void theLastWindowsAreMovedBackIntoTheImage() {
    SemanticInference slide = new SemanticInference(Mode.SLIDE, List.of(8, 8), List.of(6, 6));
    assertEquals(List.of(new Window(0, 0, 8, 8), new Window(0, 2, 8, 10)), slide.windows(8, 10));
  }
}
