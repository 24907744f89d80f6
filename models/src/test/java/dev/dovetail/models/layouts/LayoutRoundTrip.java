package dev.dovetail.models.layouts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.Part;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** Writes the weights of a fixture in the layouts of other publishers and reads them back. */
record LayoutRoundTrip(Path folder, List<Writer> writers) {

  private static final PartRegistry REGISTRY = PartRegistry.load();
  private static final List<KnownLayout> KNOWN = known();

  private static List<KnownLayout> known() {
    try {
      return REGISTRY.layouts();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Converts the model's tensors to a publisher's layout. */
  @FunctionalInterface
  interface Writing {
    Map<String, TensorSource> of(Map<String, StoredTensor> ours) throws IOException;
  }

  /**
   * A writer of a publisher's layout, the inverse of that layout.
   *
   * @param layout the layout that must reverse it
   * @param family the part that it applies to
   * @param needs pattern of a name that suitable models have
   */
  record Writer(String layout, String family, String needs, Writing writing) {
    Writer(String layout, String family, List<Rule> rules) {
      this(layout, family, ".*", rules);
    }

    Writer(String layout, String family, String needs, List<Rule> rules) {
      this(
          layout,
          family,
          needs,
          ours -> new Layout("the opposite of " + layout, rules).apply(ours).tensors());
    }
  }

  static Rule rename(String pattern, String to) {
    return new Rule.Rename(Pattern.compile(pattern), to);
  }

  /** Recognizes the layout of names among those of all families. */
  static Optional<KnownLayout.Fit> recognise(Collection<String> names) {
    return KnownLayout.recognise(KNOWN, names);
  }

  /** Asserts that a layout converts a published name to a parameter's name. */
  static void assertBecomes(String layout, String published, String ours) throws IOException {
    KnownLayout known =
        KNOWN.stream().filter(k -> k.name().equals(layout)).findFirst().orElseThrow();
    ArrayTensor tensor = ArrayTensor.of(published, new float[] {1}, 1);
    Map<String, TensorSource> applied = known.layout().apply(Map.of(published, tensor)).tensors();
    assertEquals(List.of(ours), List.copyOf(applied.keySet()));
  }

  /**
   * Writes and reads back a fixture if its names are recognized as those of a writer's family.
   *
   * @return the number of writers whose layouts were read back
   */
  int readBack(Path fixture) throws IOException {
    int count = 0;
    try (Checkpoint checkpoint = Checkpoint.open(fixture.resolve("model.safetensors"))) {
      Map<String, StoredTensor> stored = checkpoint.tensors();
      Optional<KnownLayout.Fit> fit = recogniseOwn(stored.keySet());
      if (fit.isEmpty()) {
        return 0;
      }
      String family = fit.get().known().family();
      Map<String, StoredTensor> part = new LinkedHashMap<>(stored);
      part.keySet().removeIf(name -> !name.startsWith(fit.get().prefix()));
      Map<String, TensorSource> ours = fit.get().alone().apply(part).tensors();
      for (Writer writer : writers) {
        if (writer.family().equals(family)
            && ours.keySet().stream().anyMatch(n -> n.matches(writer.needs()))) {
          readBack(writer, ours);
          count++;
        }
      }
    }
    return count;
  }

  /**
   * Writes and reads back a fixture with the layouts of parts of the writers' kinds, of which one
   * each may match.
   */
  private Optional<KnownLayout.Fit> recogniseOwn(Collection<String> names) {
    Set<Part.Kind> kinds = EnumSet.noneOf(Part.Kind.class);
    writers.forEach(w -> kinds.addAll(kinds(w.family())));
    return KnownLayout.recognise(
        KNOWN.stream().filter(k -> !Collections.disjoint(kinds, kinds(k.family()))).toList(),
        names);
  }

  private static List<Part.Kind> kinds(String family) {
    return REGISTRY.parts().stream()
        .filter(p -> p.type().equals(family))
        .map(p -> p.kind() == Part.Kind.NETWORK ? Part.Kind.BACKBONE : p.kind())
        .toList();
  }

  private void readBack(Writer writer, Map<String, TensorSource> ours) throws IOException {
    Path file = folder.resolve(writer.layout() + ".safetensors");
    Safetensors.write(file, ours.values(), Map.of());
    Path theirs = folder.resolve(writer.layout() + "-written.safetensors");
    try (Checkpoint plain = Checkpoint.open(file)) {
      Safetensors.write(theirs, writer.writing().of(plain.tensors()).values(), Map.of());
    }
    try (Checkpoint written = Checkpoint.open(theirs)) {
      KnownLayout.Fit fit = recogniseOwn(written.tensors().keySet()).orElseThrow();
      assertEquals(writer.layout(), fit.known().name());
      Map<String, TensorSource> read = fit.alone().apply(written.tensors()).tensors();
      assertEquals(sorted(ours), sorted(read));
      for (TensorSource tensor : ours.values()) {
        TensorSource again = read.get(tensor.name());
        assertEquals(tensor.shape(), again.shape(), tensor.name());
        assertArrayEquals(tensor.floats(), again.floats(), tensor.name());
      }
    }
  }

  private static List<String> sorted(Map<String, TensorSource> tensors) {
    return tensors.keySet().stream().sorted().toList();
  }

  /** Returns a test for every fixture in the directories. */
  static Stream<DynamicTest> eachFixture(List<String> folders, ThrowingConsumer<Path> test) {
    return folders.stream()
        .flatMap(part -> FixtureFolders.in(part, "model.safetensors").each(test));
  }
}
