package dev.dovetail.weights.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.weights.tensors.Region;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PickleMachineTest {

  @TempDir Path folder;

  /** Files written by {@code pickle/make.py} in Python. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void everyProtocolResultsInTheSamePlainValues(int protocol)
      throws IOException, URISyntaxException {
    Map<?, ?> read =
        (Map<?, ?>)
            run(Path.of(getClass().getResource("pickle/protocol" + protocol + ".pkl").toURI()));
    assertEquals(
        List.of("ints", "floats", "none", "bools", "text", "bytes", "tuples"),
        new ArrayList<Object>(read.keySet()).subList(0, 7));
    assertEquals(
        List.of(
            0L,
            1L,
            -1L,
            255L,
            256L,
            65536L,
            (long) Integer.MIN_VALUE,
            1L << 40,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            BigInteger.ONE.shiftLeft(70)),
        read.get("ints"));
    assertEquals(List.of(1.5, -0.25, 1e300, Double.POSITIVE_INFINITY), read.get("floats"));
    assertEquals(null, read.get("none"));
    assertEquals(List.of(true, false), read.get("bools"));
    assertEquals("tab\t \\ quote' ü € 𝄞\n", read.get("text"));
    assertEquals(ByteBuffer.wrap(new byte[] {0, 0x7f, -1}), read.get("bytes"));
    assertEquals(
        List.of(
            List.of(), List.of(1L), List.of(1L, 2L), List.of(1L, 2L, 3L), List.of(1L, 2L, 3L, 4L)),
        read.get("tuples"));
    assertEquals(List.of(7L), read.get("set"));
    assertEquals(List.of(8L), read.get("frozen"));
    assertEquals(Map.of("b", 1L, "a", 2L), read.get("ordered"));
    assertEquals(Arrays.asList("b", "a"), List.copyOf(((Map<?, ?>) read.get("ordered")).keySet()));
    assertEquals(Map.of("lr", 0.1), read.get("space"));
    assertEquals(Map.of("k", List.of()), read.get("3"));
    List<?> twice = (List<?>) read.get("twice");
    assertEquals(List.of("s"), twice.get(0));
    assertSame(twice.get(0), twice.get(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void numpyScalarsAndSmallArraysBecomeNumbersAndLists(int protocol)
      throws IOException, URISyntaxException {
    Map<?, ?> read =
        (Map<?, ?>)
            run(Path.of(getClass().getResource("pickle/numpy" + protocol + ".pkl").toURI()));
    assertEquals(0.25, read.get("score"));
    assertEquals(7L, read.get("epoch"));
    assertEquals(true, read.get("flag"));
    assertEquals(1.5, read.get("half"));
    assertEquals(List.of(0.0, 1.0, 2.0, 3.0), read.get("vector"));
    assertEquals(List.of(List.of(0L, 1L, 2L), List.of(3L, 4L, 5L)), read.get("columns"));
    assertEquals(List.of(200L, 7L), read.get("bytes"));
    assertEquals(Arrays.asList("a", null), read.get("objects"));
    assertEquals(new OpaqueObject("numpy.U1"), read.get("words"));
    assertEquals(new OpaqueObject("numpy.u1"), read.get("large"));
    assertEquals("numpy.f4", read.get("dtype"));
  }

  @Test
  void shapesDevicesAndTypesOfPyTorchBecomeListsAndStrings() throws IOException {
    assertEquals(List.of(2L, 3L), run("ctorch\nSize\n(I2\nI3\nt\205R."));
    assertEquals("cpu", run("ctorch\ndevice\nVcpu\n\205R."));
    assertEquals("cuda:1", run("ctorch\ndevice\nVcuda\nI1\n\206R."));
    assertEquals("torch.float32", run("ctorch\nfloat32\n."));
    assertEquals(new OpaqueObject("torch.Tensor"), run("ctorch\nTensor\n."));
  }

  @Test
  void stringsOfPython2AreUtf8IfValid() throws IOException {
    assertEquals("é\n'", run("S'\\xc3\\xa9\\n\\''\n."));
    assertEquals("é", run("U\2\303\251."));
    assertEquals("\u00e9", run("U\1\351."));
    assertEquals("abc", run("T\3\0\0\0abc."));
    assertEquals(12L, run("I12\n."));
    assertEquals(12L, run("L12L\n."));
  }

  @Test
  void objectsOfOldStyleClassesAreOpaque() throws IOException {
    assertEquals(new OpaqueObject("m.C"), run("(I1\nim\nC\n."));
    assertEquals(new OpaqueObject("m.C"), run("(cm\nC\nI1\no}b."));
    assertEquals(new OpaqueObject("m.C"), run("cm\nC\n)}\222."));
    assertEquals(new OpaqueObject("m.C"), run("cm\nC\n."));
    assertEquals(new OpaqueObject("m.C"), run("cm\nC\n)R(I1\nI2\nuNa."));
  }

  @Test
  void stackAndMarksBehaveAsInPython() throws IOException {
    assertEquals(List.of(1L, 1L), run("(I1\n2l."));
    assertEquals(1L, run("I1\n(I2\nI3\n1."));
    assertEquals(1L, run("I1\n(0."));
    assertEquals(1L, run("I1\nI2\n0."));
    assertThrows(IOException.class, () -> run("I1\n(2."));
    assertThrows(IOException.class, () -> run("(I1\no."));
  }

  private Object run(String program) throws IOException {
    return run(Files.write(folder.resolve("p.pkl"), program.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static Object run(Path file) throws IOException {
    try (PickleInput input = new PickleInput(new Region(file, 0, Files.size(file)))) {
      Object value = PickleMachine.run(input, new PickleClasses(input));
      return new PlainValues(file, (name, view) -> null).of(value, "");
    }
  }
}
