package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.adapters.fpn.Fpn;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.ClassLogits;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.layouts.Layout;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Registration by plug-ins, and their errors. */
class PartRegistryTest {

  private static final Part<?> VIT =
      new Part<>(Part.Kind.BACKBONE, "vit", VisionTransformer.base());

  @TempDir private Path folder;

  private static PartRegistry registry(Part<?>... parts) {
    return new PartRegistry(List.of(() -> List.of(parts)));
  }

  @Test
  void everyPartOnTheClassPathIsFoundOnce() {
    PartRegistry registry = PartRegistry.load();
    List<String> names =
        registry.parts().stream().map(p -> p.kind().section() + " " + p.type()).toList();
    assertEquals(names.stream().distinct().toList(), names);
    assertTrue(names.containsAll(List.of("backbone vit", "adapter vit-adapter", "neck fpn")));
  }

  @Test
  void partsWithTheSameNameAreRejected() {
    assertSays("two parts backbone 'vit'", () -> registry(VIT, VIT));
  }

  @Test
  void aPartOfTheWrongKindIsRejectedWithTheExpectedInterface() {
    assertSays(
        "the backbone 'fpn' is a dev.dovetail.adapters.fpn.Fpn, which does not implement"
            + " dev.dovetail.backbones.Backbone",
        () -> registry(new Part<>(Part.Kind.BACKBONE, "fpn", Fpn.defaults())));
  }

  @Test
  void aPartWithAMissingJarIsReported() {
    assertSays(
        "unknown network type 'toy'; the jar that provides it may be missing from the class path",
        () -> registry(VIT).find(Part.Kind.NETWORK, "toy"));
  }

  @Test
  void aMissingPlugInIsNamed() throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(ModelFamily.class.getName()), "org.example.Gone\n");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    URL[] path = {folder.toUri().toURL()};
    try (URLClassLoader plugIns = new URLClassLoader(path, before)) {
      thread.setContextClassLoader(plugIns);
      assertSays("a plug-in cannot be loaded", PartRegistry::load);
      assertSays("org.example.Gone", PartRegistry::load);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** A family that registers a toy of each kind. */
  private record Toys(String type, KnownLayout layout) implements ModelFamily {

    @Override
    public List<Part<?>> parts() {
      return List.of(new Part<>(Part.Kind.NETWORK, type, new Toy(3)));
    }

    @Override
    public List<Preset> presets() {
      return List.of(Preset.unverified(type + "-large", new Toy(7), 7, 64, "nowhere"));
    }

    @Override
    public List<KnownLayout> layouts() {
      return List.of(layout);
    }

    @Override
    public List<HuggingFaceReader<?>> huggingFace() {
      return List.of(new ToyReader());
    }
  }

  /** A whole network that is never traced. */
  public record Toy(int classes) implements Network<ClassLogits> {

    @Override
    public ClassLogits forward(Scope root, ImageBatch images) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Class<ClassLogits> predictions() {
      return ClassLogits.class;
    }
  }

  private record ToyReader() implements HuggingFaceReader<Toy> {

    @Override
    public Set<String> modelTypes() {
      return Set.of("toy");
    }

    @Override
    public Toy model(ConfigTree config) {
      return new Toy(config.integer("num_classes", 5, 1));
    }

    @Override
    public Map<String, Tensor> outputs(
        Scope root, ConfigTree config, Toy model, Tensor image, int classes) {
      throw new UnsupportedOperationException();
    }
  }

  private static KnownLayout layout(String family) {
    return new KnownLayout(
        "toys", family, "nobody", List.of(Pattern.compile("toy\\.weight")), Layout.SAME);
  }

  @Test
  void aPresetOfAWholeNetworkIsAModelAndAConfigType() {
    PartRegistry registry = new PartRegistry(List.of(new Toys("toy", layout("toy"))));
    ModelConfig config = ModelConfig.of(PresetConfig.of(registry.preset("toy-large")), registry);
    assertEquals(new Toy(7), config.model().network());
    assertEquals("toy", config.resolved().at("/network/type").asText());
    assertEquals(7, config.resolved().at("/network/classes").asInt());
  }

  @Test
  void aPresetOfAnotherKindIsRejected() {
    ModelFamily necks =
        new ModelFamily() {
          @Override
          public List<Part<?>> parts() {
            return List.of(new Part<>(Part.Kind.NECK, "fpn", Fpn.defaults()));
          }

          @Override
          public List<Preset> presets() {
            return List.of(Preset.unverified("fpn-large", Fpn.defaults(), 0, 64, "nowhere"));
          }
        };
    assertSays(
        "the preset 'fpn-large' is for the neck 'fpn', but presets must be for backbones or networks",
        () -> new PartRegistry(List.of(necks)));
  }

  @Test
  void aCheckpointIsRecognizedByTheLayoutOfAPlugIn() throws IOException {
    PartRegistry registry = new PartRegistry(List.of(new Toys("toy", layout("toy"))));
    assertEquals("toys", registry.recognise(Set.of("toy.weight")).orElseThrow().known().name());
    assertTrue(registry.recognise(Set.of("boy.weight")).isEmpty());
  }

  @Test
  void aLayoutOfAnUnknownFamilyIsRejected() {
    PartRegistry registry = new PartRegistry(List.of(new Toys("toy", layout("train"))));
    String message = assertThrows(IOException.class, registry::layouts).getMessage();
    assertEquals("the layout toys is for the family 'train', but no part has this type", message);
  }

  @Test
  void readersOfTheSameModelTypeAreRejected() {
    PartRegistry registry =
        new PartRegistry(List.of(new Toys("toy", layout("toy")), new Toys("other", layout("toy"))));
    assertSays("two readers of the model_type 'toy'", registry::huggingFace);
  }

  @Test
  void aDirectoryOfAWholeNetworkBecomesAConfigWithThatNetwork() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"toy\"}");
    PartRegistry registry = new PartRegistry(List.of(new Toys("toy", layout("toy"))));
    ModelConfig config =
        ModelConfig.of(
            HuggingFaceDirectory.read(folder, registry).modelConfig(registry, note -> {}),
            registry);
    assertEquals(new Toy(5), config.model().network());
  }

  @Test
  void everyLayoutFileIsOneOfItsFamily() throws IOException {
    List<String> files = new ArrayList<>();
    for (String module : List.of("backbones", "adapters", "heads")) {
      Path resources = SharedFolder.projectRoot().resolve(module + "/src/main/resources");
      try (Stream<Path> all = Files.walk(resources)) {
        all.filter(f -> f.getParent().endsWith("layouts"))
            .map(f -> f.getFileName().toString())
            .forEach(files::add);
      }
    }
    List<String> known =
        PartRegistry.load().layouts().stream().map(l -> l.name() + ".json").sorted().toList();
    assertEquals(files.stream().sorted().toList(), known);
  }

  private static void assertSays(String words, Executable body) {
    String message = assertThrows(IllegalArgumentException.class, body).getMessage();
    assertTrue(message.contains(words), message);
  }
}
