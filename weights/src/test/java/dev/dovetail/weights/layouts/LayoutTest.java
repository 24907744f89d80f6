package dev.dovetail.weights.layouts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {

  @TempDir Path folder;

  @Test
  void concatenationIsRowMajorAlongAnyAxis() throws IOException {
    Map<String, StoredTensor> tensors =
        stored(
            ArrayTensor.of("b.0.q", new float[] {1, 2, 3, 4}, 2, 2),
            ArrayTensor.of("b.0.k", new float[] {5, 6, 7, 8}, 2, 2),
            ArrayTensor.of("b.0.v", new float[] {9, 10, 11, 12}, 2, 2));
    TensorSource rows = only(rules(concatenate(0)).apply(tensors));
    assertEquals("b.0.qkv", rows.name());
    assertEquals(List.of(6L, 2L), rows.shape());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, rows.floats());
    TensorSource columns = only(rules(concatenate(1)).apply(tensors));
    assertEquals(List.of(2L, 6L), columns.shape());
    assertArrayEquals(new float[] {1, 2, 5, 6, 9, 10, 3, 4, 7, 8, 11, 12}, columns.floats());
  }

  @Test
  void splittingAlongTheFirstAxisIsReadInPlace() throws IOException {
    Map<String, StoredTensor> tensors =
        stored(ArrayTensor.of("qkv", new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
    Layout rows = layout("{'rule':'split','pattern':'(.*)qkv','to':['$1q','$1k','$1v'],'axis':0}");
    StoredTensor k = (StoredTensor) rows.apply(tensors).tensors().get("k");
    assertArrayEquals(new float[] {3, 4}, k.floats());
    assertEquals(tensors.get("qkv").offset() + 8, k.region().orElseThrow().offset());
    Layout columns = layout("{'rule':'split','pattern':'qkv','to':['a','b'],'axis':1}");
    StoredTensor b = (StoredTensor) columns.apply(tensors).tensors().get("b");
    assertArrayEquals(new float[] {2, 4, 6}, b.floats());
    assertTrue(b.region().isEmpty());
  }

  @Test
  void permutingTransposesWithoutReading() throws IOException {
    Map<String, StoredTensor> tensors =
        stored(ArrayTensor.of("w", new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
    TensorSource t = only(layout("{'rule':'permute','pattern':'w','axes':[1,0]}").apply(tensors));
    assertEquals(List.of(2L, 3L), t.shape());
    assertArrayEquals(new float[] {1, 3, 5, 2, 4, 6}, t.floats());
  }

  @Test
  void flatteningMergesContiguousAxes() throws IOException {
    Map<String, StoredTensor> tensors =
        stored(ArrayTensor.of("w", new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 2, 3));
    String flatten = "{'rule':'flatten','pattern':'w','from':%d,'to':%d}";
    TensorSource last = only(layout(flatten.formatted(1, 2)).apply(tensors));
    assertEquals(List.of(2L, 6L), last.shape());
    String permute = "{'rule':'permute','pattern':'w','axes':[%s]},";
    TensorSource turned =
        only(layout(permute.formatted("2,0,1") + flatten.formatted(1, 2)).apply(tensors));
    assertEquals(List.of(3L, 4L), turned.shape());
    assertArrayEquals(new float[] {1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12}, turned.floats());
    assertRefused(
        layout(permute.formatted("1,0,2") + flatten.formatted(0, 1)), tensors, "not contiguous");
    assertRefused(layout(flatten.formatted(1, 3)), tensors, "no axes 1 to 3");
  }

  @Test
  void anAxisOfExtent1IsInsertedAnywhere() throws IOException {
    Map<String, StoredTensor> tensors =
        stored(ArrayTensor.of("w", new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    List<List<Long>> shapes =
        List.of(List.of(1L, 2L, 3L), List.of(2L, 1L, 3L), List.of(2L, 3L, 1L));
    for (int axis = 0; axis < 3; axis++) {
      String rule = "{'rule':'unsqueeze','pattern':'w','axis':" + axis + "}";
      TensorSource more = only(layout(rule).apply(tensors));
      assertEquals(shapes.get(axis), more.shape());
      assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, more.floats());
    }
    Layout turned =
        layout(
            "{'rule':'permute','pattern':'w','axes':[1,0]}," //
                + "{'rule':'unsqueeze','pattern':'w','axis':1}");
    assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, only(turned.apply(tensors)).floats());
    assertRefused(
        layout("{'rule':'unsqueeze','pattern':'w','axis':3}"), tensors, "axis 3 cannot be added");
  }

  @Test
  void aDuplicateIsRenamedOrIgnoredIfTheOtherNameExists() throws IOException {
    Layout twins = layout("{'rule':'twin','pattern':'copy[.](.*)','of':'$1','reason':'a copy'}");
    Layout.Applied both = twins.apply(stored(vector("copy.a", 1), vector("a", 2)));
    assertArrayEquals(new float[] {2}, both.tensors().get("a").floats());
    assertEquals(Map.of("copy.a", "a copy"), both.dropped());
    Layout.Applied alone = twins.apply(stored(vector("copy.a", 1)));
    assertArrayEquals(new float[] {1}, alone.tensors().get("a").floats());
    assertEquals(Map.of(), alone.dropped());
  }

  @Test
  void theLastOfNumberedTensorsIsKept() throws IOException {
    Layout last =
        layout("{'rule':'last','pattern':'c[.]([0-9]+)[.]w','to':'c.0.w','reason':'earlier'}");
    Layout.Applied applied =
        last.apply(stored(vector("c.0.w", 1), vector("c.9.w", 2), vector("c.10.w", 3)));
    assertArrayEquals(new float[] {3}, applied.tensors().get("c.0.w").floats());
    assertEquals(Map.of("c.0.w", "earlier", "c.9.w", "earlier"), applied.dropped());
    Layout.Applied one = last.apply(stored(vector("c.0.w", 1)));
    assertArrayEquals(new float[] {1}, one.tensors().get("c.0.w").floats());
    Layout words = layout("{'rule':'last','pattern':'(.)[.]w','to':'w','reason':'earlier'}");
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> words.apply(stored(vector("c.w", 1))));
    assertTrue(e.getMessage().contains("is not a number"), e.getMessage());
  }

  @Test
  void aSynthesizedTensorHasTheShapeOfItsTemplateUnlessItExists() throws IOException {
    Layout ones =
        layout("{'rule':'synthesise','pattern':'(.*)norm(.)','to':'$1gamma$2','value':1}");
    Map<String, TensorSource> made =
        ones.apply(
                stored(
                    ArrayTensor.of("b.norm1", new float[] {7, 7, 7}, 3),
                    vector("b.norm2", 8),
                    vector("b.gamma2", 9)))
            .tensors();
    assertArrayEquals(new float[] {1, 1, 1}, made.get("b.gamma1").floats());
    assertArrayEquals(new float[] {9}, made.get("b.gamma2").floats());
    assertEquals(4, made.size());
  }

  @Test
  void rulesApplyInOrder() throws IOException {
    Layout layout =
        layout(
            "{'rule':'strip-prefix','prefix':'backbone.'},"
                + "{'rule':'rename','pattern':'a','to':'b'},"
                + "{'rule':'drop','pattern':'b','reason':'gone'}");
    Layout.Applied applied = layout.apply(stored(vector("backbone.a", 1), vector("c", 2)));
    assertEquals(Set.of("c"), applied.tensors().keySet());
    assertEquals(Map.of("b", "gone"), applied.dropped());
  }

  @Test
  void anInapplicableRuleIsReportedWithItsTensor() throws IOException {
    Map<String, StoredTensor> tensors =
        stored(
            ArrayTensor.of("b.0.q", new float[6], 3, 2), ArrayTensor.of("b.0.k", new float[2], 2));
    assertRefused(rules(concatenate(0)), tensors, "'b.0.q'", "no b.0.v");
    assertRefused(
        layout("{'rule':'concatenate','first':'b.0.q','others':['b.0.k'],'to':'x','axis':0}"),
        tensors,
        "b.0.k is float32 [2]");
    assertRefused(
        layout("{'rule':'concatenate','first':'b.0.k','others':[],'to':'x','axis':3}"),
        tensors,
        "axis 3");
    assertRefused(
        layout("{'rule':'split','pattern':'b.0.q','to':['x','y'],'axis':0}"), tensors, "2 equal");
    assertRefused(
        layout("{'rule':'permute','pattern':'b.0.q','axes':[0,0]}"), tensors, "[0, 0]", "[3, 2]");
    assertRefused(layout("{'rule':'rename','pattern':'b.*','to':'x'}"), tensors, "two tensors");
    assertRefused(
        layout("{'rule':'rename','pattern':'b.*','to':'$3'}"), tensors, "to=$3", "group 3");
  }

  @Test
  void interleavedEntriesAreDeinterleaved() throws IOException {
    Path file = folder.resolve("turns.safetensors");
    float[] values = {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18};
    Safetensors.write(file, List.of(ArrayTensor.of("w", values, 2, 8)), Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Rule rule = new Rule.Deinterleave(Pattern.compile("w"), 1, List.of(0, 2, 1, 3));
      TensorSource w =
          new Layout("test", List.of(rule)).apply(checkpoint.tensors()).tensors().get("w");
      assertEquals(List.of(2L, 8L), w.shape());
      assertArrayEquals(
          new float[] {1, 5, 3, 7, 2, 6, 4, 8, 11, 15, 13, 17, 12, 16, 14, 18}, w.floats());
    }
  }

  @Test
  void rulesUnderAPrefixSeeTheRestOfTheNames() throws IOException {
    Layout inner =
        layout(
            "{'rule':'rename','pattern':'a','to':'b'},"
                + "{'rule':'drop','pattern':'c','reason':'none'}");
    Layout.Applied applied =
        inner.below("net.").apply(stored(vector("net.a", 1), vector("a", 2), vector("net.c", 3)));
    assertEquals(Set.of("net.b", "a"), applied.tensors().keySet());
    assertArrayEquals(new float[] {1}, applied.tensors().get("net.b").floats());
    assertEquals(Map.of("net.c", "none"), applied.dropped());
    Layout read =
        layout(
            "{'rule':'below','prefix':'net.','rules':["
                + "{'rule':'rename','pattern':'a','to':'b'},"
                + "{'rule':'drop','pattern':'c','reason':'none'}]}");
    assertEquals(
        Set.of("net.b"),
        read.apply(stored(vector("net.a", 1), vector("net.c", 3))).tensors().keySet());
    assertEquals(inner, inner.below(""));
  }

  private static Rule.Concatenate concatenate(int axis) {
    return new Rule.Concatenate(
        Pattern.compile("(.*)\\.q"), List.of("$1.k", "$1.v"), "$1.qkv", axis);
  }

  private static Layout rules(Rule... rules) {
    return new Layout("test", List.of(rules));
  }

  private static Layout layout(String rules) throws IOException {
    String json = ("{'description':'test','rules':[" + rules + "]}").replace('\'', '"');
    return JsonMapper.builder().build().readValue(json, Layout.class);
  }

  private static void assertRefused(
      Layout layout, Map<String, StoredTensor> tensors, String... words) {
    IOException e = assertThrows(IOException.class, () -> layout.apply(tensors));
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), () -> word + " is not in: " + e.getMessage());
    }
  }

  private static TensorSource only(Layout.Applied applied) {
    assertEquals(1, applied.tensors().size());
    return new ArrayList<>(applied.tensors().values()).get(0);
  }

  private static ArrayTensor vector(String name, float value) {
    return ArrayTensor.of(name, new float[] {value}, 1);
  }

  private Map<String, StoredTensor> stored(ArrayTensor... tensors) throws IOException {
    Path file = folder.resolve(System.nanoTime() + ".safetensors");
    Safetensors.write(file, List.of(tensors), Map.of());
    return Checkpoint.open(file).tensors();
  }
}
