package dev.dovetail.images.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaletteTest {

  @TempDir private Path folder;

  /** Linear light without red (protanopia) or green cones (deuteranopia): Viénot et al. (1999). */
  private static Colour without(boolean red, Colour colour) {
    double[] rgb = colour.linear();
    double r = red ? 0.11238 : 0.29275;
    double yellow = r * rgb[0] + (1 - r) * rgb[1];
    double b = red ? 0.00401 : -0.02234;
    return Colour.ofLinear(new double[] {yellow, yellow, b * (rgb[0] - rgb[1]) + rgb[2]});
  }

  private static double distance(Colour one, Colour other) {
    double[] a = Vision.NORMAL.seen(one);
    double[] b = Vision.NORMAL.seen(other);
    return Math.sqrt(
        Math.pow(a[0] - b[0], 2) + Math.pow(a[1] - b[1], 2) + Math.pow(a[2] - b[2], 2));
  }

  /** Returns the smallest distance between two of the first colors. */
  private static double least(int count, java.util.function.UnaryOperator<Colour> seen) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        Colour one = seen.apply(Palette.distinct().colour(i));
        least = Math.min(least, distance(one, seen.apply(Palette.distinct().colour(j))));
      }
    }
    return least;
  }

  @Test
  void theFirstColorsDifferForAllKindsOfVision() {
    // In Oklab, adjacent patches can be distinguished at a distance of about 0.02 or more.
    for (int count : new int[] {8, 20}) {
      double needed = count == 8 ? 0.07 : 0.03;
      String words = count + " colors: ";
      double normal = least(count, colour -> colour);
      assertTrue(normal > 2 * needed, words + normal);
      double protanopia = least(count, colour -> without(true, colour));
      assertTrue(protanopia > needed, words + protanopia + " without red cones");
      double deuteranopia = least(count, colour -> without(false, colour));
      assertTrue(deuteranopia > needed, words + deuteranopia + " without green cones");
    }
  }

  @Test
  void theFirstEightyColorsDifferForNormalVision() {
    double normal = least(80, colour -> colour);
    assertTrue(normal > 0.05, Double.toString(normal));
  }

  @Test
  void colorsOfAllClassesOfTheLargestDataSetsDifferForAnyOrderOfRequests() {
    Palette palette = Palette.distinct();
    Colour late = palette.colour(1000);
    Set<Colour> colours = new HashSet<>();
    for (int number = 0; number < 1203; number++) {
      assertTrue(colours.add(palette.colour(number)), "class " + number);
    }
    assertEquals(late, palette.colour(1000));
    assertEquals(
        new Colour(34, 121, 220), palette.colour(0), "colors do not change between versions");
    palette.colour(1_000_000);
  }

  @Test
  void blackOrWhiteTextIsLegibleOnEveryColor() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      Colour ground = new Colour(random.nextInt(256), random.nextInt(256), random.nextInt(256));
      double a = luminance(ground) + 0.05;
      double b = luminance(ground.contrast()) + 0.05;
      assertTrue(Math.max(a, b) / Math.min(a, b) >= 4.5, "seed " + seed + ": " + ground);
    }
  }

  private static double luminance(Colour colour) {
    double[] rgb = colour.linear();
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
  }

  @Test
  void colorsAreReadFromAFileAndGeneratedBeyondIt() throws IOException {
    Path file = Files.writeString(folder.resolve("colours.txt"), "#e69f00\n\n  #56B4E9 \n");
    Palette palette = Palette.read(file);
    assertEquals(List.of(new Colour(230, 159, 0), new Colour(86, 180, 233)), palette.given());
    assertEquals("#56b4e9", palette.colour(1).toString());
    assertEquals(Palette.distinct().colour(0), palette.colour(2));
  }

  @Test
  void aWrongLineOfAFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("colours.txt"), "#e69f00\nblue\n");
    String message = assertThrows(IOException.class, () -> Palette.read(file)).getMessage();
    assertTrue(message.contains("colours.txt, line 2: 'blue' is not a color"), message);
    Path empty = Files.writeString(folder.resolve("empty.txt"), "\n");
    message = assertThrows(IOException.class, () -> Palette.read(empty)).getMessage();
    assertTrue(message.contains("empty.txt contains no colors"), message);
  }
}
