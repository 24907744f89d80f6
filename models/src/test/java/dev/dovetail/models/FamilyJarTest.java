package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.convnext.ConvNeXtFamily;
import dev.dovetail.backbones.edgevit.EdgeVitFamily;
import dev.dovetail.backbones.efficientvit.EfficientVitFamily;
import dev.dovetail.backbones.mobilevit.MobileVitFamily;
import dev.dovetail.backbones.resnet.ResNetFamily;
import dev.dovetail.backbones.swin.SwinFamily;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import dev.dovetail.heads.BackboneNetwork;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A family is a single directory: built-in families that are hidden from the class path work from a
 * jar that contains only their package and one line in {@code META-INF/services}.
 */
class FamilyJarTest {

  private static final String SERVICE = "META-INF/services/" + ModelFamily.class.getName();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      classes = {
        ConvNeXtFamily.class,
        EdgeVitFamily.class,
        EfficientVitFamily.class,
        MobileVitFamily.class,
        ResNetFamily.class,
        SwinFamily.class
      })
  void aBuiltInFamilyWorksFromAJarOfItsOwnFolder(Class<? extends ModelFamily> builtIn)
      throws Exception {
    ModelFamily known = builtIn.getConstructor().newInstance();
    Part<?> part = known.parts().get(0);
    ClassLoader without = new Hiding(builtIn.getPackageName());
    ConfigException unknown =
        assertThrows(ConfigException.class, () -> network(part.type(), registry(without)));
    assertTrue(unknown.getMessage().startsWith("unknown backbone type"), unknown.getMessage());

    try (URLClassLoader jar = new URLClassLoader(new URL[] {jar(builtIn)}, without)) {
      PartRegistry registry = registry(jar);
      BackboneNetwork<?> network = network(part.type(), registry);
      assertSame(jar, network.backbone().getClass().getClassLoader());
      assertEquals(part.defaults().toString(), network.backbone().toString());
      String preset = known.presets().get(0).name();
      assertSame(jar, network(preset, registry).backbone().getClass().getClassLoader());
      assertEquals(names(known.layouts()), names(layouts(registry, part.type())));
      long readers = known.huggingFace().stream().mapToLong(r -> r.modelTypes().size()).sum();
      assertEquals(
          readers,
          registry.huggingFace().values().stream()
              .filter(r -> r.getClass().getClassLoader() == jar)
              .count());
      Graph graph = ModelGraph.bare(config(part.type(), registry).model(), 1, new Size(64, 96));
      assertEquals(Shape.of(1, 3, 16, 24), graph.outputs().get("logits").shape());
    }
  }

  private static ModelConfig config(String backbone, PartRegistry registry) throws IOException {
    String json =
        "{'backbone': {'type': '%s'}, 'adapter': {'type': 'plain'},"
            + " 'head': {'type': 'upernet', 'classes': 3, 'channels': 8}}";
    ObjectNode tree = (ObjectNode) JSON.readTree(json.replace("%s", backbone).replace('\'', '"'));
    return ModelConfig.of(tree, registry);
  }

  private static BackboneNetwork<?> network(String backbone, PartRegistry registry)
      throws IOException {
    return (BackboneNetwork<?>) config(backbone, registry).model().network();
  }

  private static List<KnownLayout> layouts(PartRegistry registry, String family)
      throws IOException {
    return registry.layouts().stream().filter(l -> l.family().equals(family)).toList();
  }

  private static List<String> names(List<KnownLayout> layouts) {
    return layouts.stream().map(KnownLayout::name).toList();
  }

  private static PartRegistry registry(ClassLoader loader) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return PartRegistry.load();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Creates a jar with the directory of a family and its registration. */
  private URL jar(Class<? extends ModelFamily> family) throws Exception {
    Path jar = folder.resolve(family.getSimpleName() + ".jar");
    String name = family.getPackageName().replace('.', '/');
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      add(zip, SERVICE, family.getName().getBytes(StandardCharsets.UTF_8));
      Path source = Path.of(family.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(source)) {
        copy(source, name, zip);
      } else {
        URI uri = URI.create("jar:" + source.toUri());
        try (FileSystem files = FileSystems.newFileSystem(uri, Map.of())) {
          copy(files.getPath("/"), name, zip);
        }
      }
    }
    return jar.toUri().toURL();
  }

  private static void copy(Path root, String name, ZipOutputStream zip) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(name))) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        String entry = root.relativize(file).toString().replace('\\', '/');
        add(zip, entry, Files.readAllBytes(file));
      }
    }
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  /** Returns the class path without the classes, resources and registration of one package. */
  private final class Hiding extends ClassLoader {

    private final String hidden;

    Hiding(String hidden) {
      super(FamilyJarTest.class.getClassLoader());
      this.hidden = hidden + ".";
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(hidden)) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }

    @Override
    public URL getResource(String name) {
      return name.startsWith(hidden.replace('.', '/')) ? null : super.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      if (name.startsWith(hidden.replace('.', '/'))) {
        return Collections.emptyEnumeration();
      }
      List<URL> all = new ArrayList<>();
      for (URL url : Collections.list(super.getResources(name))) {
        all.add(name.equals(SERVICE) ? filtered(url, all.size()) : url);
      }
      return Collections.enumeration(all);
    }

    private URL filtered(URL services, int index) throws IOException {
      Path copy = folder.resolve("services-" + index + "-" + System.identityHashCode(services));
      try (InputStream in = services.openStream()) {
        String lines = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        Files.write(copy, lines.lines().filter(line -> !line.startsWith(hidden)).toList());
      }
      return copy.toUri().toURL();
    }
  }
}
