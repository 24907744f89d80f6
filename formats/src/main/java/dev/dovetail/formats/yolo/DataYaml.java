package dev.dovetail.formats.yolo;

import dev.dovetail.files.TextFile;
import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The {@code data.yaml} of a data set in the format of Ultralytics. Names are read literally: an
 * unquoted {@code no} or {@code 1.50} is a name, not a Boolean or a number.
 */
public final class DataYaml {

  /** The keys of splits. */
  private static final List<String> PARTS = List.of("train", "val", "test");

  private final Path file;
  private final Map<String, List<String>> paths = new LinkedHashMap<>();

  private DataYaml(Path file) {
    this.file = file;
  }

  /**
   * Finds the images of the splits.
   *
   * @param file the {@code data.yaml}
   * @return the directories of images, or text files that list images, of each split in the file;
   *     as in Ultralytics, relative paths are resolved against {@code path} or the directory of the
   *     file
   * @throws FormatException naming file and line, if the file has another format or no splits
   */
  public static Map<String, List<Path>> parts(Path file) throws IOException {
    DataYaml yaml = new DataYaml(file);
    yaml.names(yaml.root(String.join("\n", TextFile.lines(file))));
    Path folder = file.toAbsolutePath().getParent();
    List<String> root = yaml.paths.getOrDefault("path", List.of());
    Path base = root.isEmpty() ? folder : folder.resolve(root.get(0)).normalize();
    Map<String, List<Path>> parts = new LinkedHashMap<>();
    for (String part : PARTS) {
      List<Path> found = new ArrayList<>();
      for (String path : yaml.paths.getOrDefault(part, List.of())) {
        found.add(yaml.existing(part, path, List.of(base, folder)));
      }
      if (!found.isEmpty()) {
        parts.put(part, found);
      }
    }
    if (parts.isEmpty()) {
      throw yaml.error(
          Optional.empty(), "missing \"train\", \"val\" or \"test\" with a directory of images");
    }
    return parts;
  }

  /**
   * Resolves paths of Roboflow's exports, which use {@code ../train/images} for a directory beside
   * the file.
   */
  private Path existing(String part, String path, List<Path> bases) throws FormatException {
    for (Path base : bases) {
      for (String reading : List.of(path, path.replaceFirst("^(\\.\\./)+", ""))) {
        Path place = base.resolve(reading).normalize();
        if (Files.exists(place)) {
          return place;
        }
      }
    }
    throw error(
        Optional.empty(),
        "\""
            + part
            + "\" is "
            + bases.get(0).resolve(path).normalize()
            + ", which does not exist; correct \"path\" or \""
            + part
            + "\"");
  }

  /** Returns the values of {@code names}: a list, or a map from 0, 1, … to names. */
  static List<String> names(Path file, String text) throws FormatException {
    DataYaml yaml = new DataYaml(file);
    return yaml.names(yaml.root(text));
  }

  private Node root(String text) throws FormatException {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
      return new Compose(settings).composeString(text).orElse(null);
    } catch (MarkedYamlEngineException e) {
      throw error(e.getProblemMark(), "this is not valid YAML (" + e.getProblem() + ")");
    } catch (YamlEngineException e) {
      throw error(
          Optional.empty(),
          "this is not valid YAML (" + e.getMessage().lines().findFirst().orElse("") + ")");
    }
  }

  /** Reads a path or a list of paths, which may be missing. */
  private List<String> paths(Node node) throws FormatException {
    if (node instanceof ScalarNode scalar) {
      boolean empty = scalar.getTag().equals(Tag.NULL) || scalar.getValue().isBlank();
      return empty ? List.of() : List.of(scalar.getValue().strip());
    }
    List<String> paths = new ArrayList<>();
    if (node instanceof SequenceNode list) {
      for (Node entry : list.getValue()) {
        paths.addAll(paths(entry));
      }
      return paths;
    }
    throw error(node, "expected a path or a list of paths, found " + kind(node));
  }

  private List<String> names(Node root) throws FormatException {
    if (!(root instanceof MappingNode top)) {
      throw error(root, "expected the keys of a data set, such as \"names\"; found " + kind(root));
    }
    Node names = null;
    Node count = null;
    for (NodeTuple entry : top.getValue()) {
      String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
      switch (key) {
        case "names" -> names = once(names, entry, key);
        case "nc" -> count = once(count, entry, key);
        case "path", "train", "val", "test" -> paths.put(key, paths(entry.getValueNode()));
        case "kpt_shape" ->
            throw error(
                entry.getKeyNode(),
                "the data set is one of keypoints (kpt_shape); boxes and outlines are read, no"
                    + " keypoints");
        default -> {}
      }
    }
    if (names == null) {
      throw error(root, "missing \"names\", which contains the names of the classes");
    }
    List<String> read;
    if (names instanceof SequenceNode list) {
      read = list(list);
    } else if (names instanceof MappingNode map) {
      read = map(map);
    } else {
      throw error(
          names,
          "\"names\" is "
              + kind(names)
              + "; expected a list of names, or a map from numbers to names");
    }
    if (read.isEmpty()) {
      throw error(names, "\"names\" is empty");
    }
    if (count != null && number(count) != read.size()) {
      throw error(count, "\"nc\" is " + kind(count) + ", but there are " + read.size() + " names");
    }
    return read;
  }

  private Node once(Node before, NodeTuple entry, String key) throws FormatException {
    if (before != null) {
      throw error(entry.getKeyNode(), "\"" + key + "\" occurs twice");
    }
    return entry.getValueNode();
  }

  private List<String> list(SequenceNode list) throws FormatException {
    List<String> names = new ArrayList<>();
    for (Node node : list.getValue()) {
      names.add(name(node, names.size()));
    }
    return names;
  }

  private List<String> map(MappingNode map) throws FormatException {
    Map<Integer, String> names = new TreeMap<>();
    for (NodeTuple entry : map.getValue()) {
      int number = number(entry.getKeyNode());
      if (number < 0) {
        throw error(
            entry.getKeyNode(),
            "expected the number of a class, found " + kind(entry.getKeyNode()));
      }
      if (names.put(number, name(entry.getValueNode(), number)) != null) {
        throw error(entry.getKeyNode(), "class " + number + " occurs twice");
      }
    }
    for (int i = 0; i < names.size(); i++) {
      if (!names.containsKey(i)) {
        throw error(
            map, "class " + i + " has no name; classes must be numbered from 0 without gaps");
      }
    }
    return List.copyOf(names.values());
  }

  private String name(Node node, int number) throws FormatException {
    if (node instanceof ScalarNode scalar
        && !scalar.getTag().equals(Tag.NULL)
        && !scalar.getValue().isBlank()) {
      return scalar.getValue().strip();
    }
    throw error(node, "expected the name of class " + number + ", found " + kind(node));
  }

  /** Returns an integer of 0 or more; -1 for anything else. */
  private static int number(Node node) {
    boolean digits = node instanceof ScalarNode scalar && scalar.getValue().matches("[0-9]{1,9}");
    return digits ? Integer.parseInt(((ScalarNode) node).getValue()) : -1;
  }

  private static String kind(Node node) {
    if (node instanceof ScalarNode scalar) {
      String value = scalar.getValue();
      String shown = value.length() > 40 ? value.substring(0, 40) + "…" : value;
      return value.isBlank() ? "nothing" : "\"" + shown.replace('\n', ' ') + "\"";
    }
    return node == null ? "nothing" : node instanceof SequenceNode ? "a list" : "a map";
  }

  private FormatException error(Node node, String problem) {
    return error(node == null ? Optional.empty() : node.getStartMark(), problem);
  }

  private FormatException error(Optional<Mark> mark, String problem) {
    String line = mark.map(m -> ":" + (m.getLine() + 1)).orElse("");
    return new FormatException(file + line + ": " + problem);
  }
}
