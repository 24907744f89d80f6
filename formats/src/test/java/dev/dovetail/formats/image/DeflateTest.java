package dev.dovetail.formats.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** Our compressor against the JDK's inflater. */
class DeflateTest {

  @Test
  void everyKindOfDataIsInflatedByTheJdkToWhatItWas() throws DataFormatException {
    for (long seed = 0; seed < 400; seed++) {
      byte[] data = data(new Random(seed));
      assertArrayEquals(data, inflated(Deflate.zlib(data), data.length), "seed " + seed);
    }
  }

  @Test
  void frequenciesThatWouldMakeCodesTooLongAreWritten() throws DataFormatException {
    // Fibonacci numbers as counts make the longest codes there are.
    byte[] data = new byte[28_656];
    int at = 0;
    for (int symbol = 0, a = 1, b = 1; symbol < 21; symbol++) {
      for (int i = 0; i < a; i++) {
        data[at++] = (byte) (symbol * 7);
      }
      int c = a + b;
      a = b;
      b = c;
    }
    // In an order without repeats, so that the counts stay what they are.
    Random random = new Random(1);
    for (int i = data.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      byte swapped = data[i];
      data[i] = data[other];
      data[other] = swapped;
    }
    assertArrayEquals(data, inflated(Deflate.zlib(data), data.length));
  }

  @Test
  void theBytesAreTheSameOnEveryMachine() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (long seed = 0; seed < 50; seed++) {
      digest.update(Deflate.zlib(data(new Random(seed))));
    }
    assertEquals(
        "f9aa22ad877667b644cd36e611e71cc715fdd268dc62da34a749f887c02cb959",
        HexFormat.of().formatHex(digest.digest()));
  }

  @Test
  void aMapOfRegionsIsNotMuchLargerThanTheJdkMakesIt() {
    byte[] map = new byte[300 * 400];
    for (int i = 0; i < map.length; i++) {
      int x = i % 400 - 200;
      int y = i / 400 - 150;
      map[i] = (byte) (x * x + y * y < 9000 ? 3 : y > 40 ? 1 : 2);
    }
    Deflater jdk = new Deflater(Deflater.BEST_SPEED);
    jdk.setInput(map);
    jdk.finish();
    int theirs = jdk.deflate(new byte[map.length]);
    jdk.end();
    assertTrue(Deflate.zlib(map).length < 1.3 * theirs, Deflate.zlib(map).length + ", " + theirs);
  }

  /** Noise, runs, repeats of what was before, and few or many values, of any length. */
  private static byte[] data(Random random) {
    byte[] data = new byte[random.nextInt(random.nextInt(8) == 0 ? 200_000 : 3000)];
    int values = 1 + random.nextInt(256);
    for (int at = 0; at < data.length; ) {
      int run = Math.min(1 + random.nextInt(600), data.length - at);
      int from = random.nextInt(at + 1);
      int kind = random.nextInt(3);
      byte value = (byte) random.nextInt(values);
      for (int i = 0; i < run; i++, at++) {
        data[at] =
            kind == 0
                ? (byte) random.nextInt(values)
                : kind == 1 || at == 0 ? value : data[from + i];
      }
    }
    return data;
  }

  private static byte[] inflated(byte[] zlib, int length) throws DataFormatException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(zlib);
      byte[] data = new byte[length + 1];
      assertEquals(length, inflater.inflate(data));
      assertTrue(inflater.finished(), "the end is marked and the check sum is right");
      assertEquals(zlib.length, inflater.getTotalIn());
      return Arrays.copyOf(data, length);
    } finally {
      inflater.end();
    }
  }
}
