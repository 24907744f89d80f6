package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.adapters.Fpn;
import dev.dovetail.backbones.vit.VisionTransformer;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What plug-ins bring, and what is wrong with some. */
class PartRegistryTest {

  private static final Part<?> VIT =
      new Part<>(Part.Kind.BACKBONE, "vit", VisionTransformer.defaults());

  @TempDir private Path folder;

  @Test
  void everyPartOfTheClassPathIsFoundOnce() {
    PartRegistry registry = PartRegistry.load();
    List<String> names =
        registry.parts().stream().map(p -> p.kind().section() + " " + p.type()).toList();
    assertEquals(names.stream().distinct().toList(), names);
    assertTrue(names.containsAll(List.of("backbone vit", "adapter vit-adapter", "neck fpn")));
  }

  @Test
  void twoPartsOfOneNameAreRefused() {
    assertSays("two parts backbone 'vit'", () -> new PartRegistry(List.of(VIT, VIT), List.of()));
  }

  @Test
  void aPartOfTheWrongKindIsRefusedWithWhatItShouldBe() {
    assertSays(
        "the backbone 'fpn' is a dev.dovetail.adapters.Fpn, which does not implement"
            + " dev.dovetail.backbones.Backbone",
        () -> new Part<>(Part.Kind.BACKBONE, "fpn", Fpn.defaults()));
  }

  @Test
  void aPartWhoseJarIsMissingIsSaidToBeNone() {
    assertSays(
        "unknown network type 'toy': there is none; is the jar that brings it missing?",
        () -> PartRegistry.load().find(Part.Kind.NETWORK, "toy"));
  }

  @Test
  void aPlugInThatIsNotThereIsNamed() throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(PartProvider.class.getName()), "org.example.Gone\n");
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

  private static void assertSays(String words, Executable body) {
    String message = assertThrows(IllegalArgumentException.class, body).getMessage();
    assertTrue(message.contains(words), message);
  }
}
