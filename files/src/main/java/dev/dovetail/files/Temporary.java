package dev.dovetail.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Files and directories that are deleted after use, or when the program is stopped. */
final class Temporary {

  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Temporary::delete)));
  }

  private Temporary() {}

  /** Registers a file or directory that was just created. */
  static Path add(Path made) {
    OPEN.add(made);
    return made;
  }

  /** Deletes a file or directory with its contents. What cannot be deleted is left in place. */
  static void delete(Path made) {
    OPEN.remove(made);
    if (!Files.exists(made)) {
      return;
    }
    try {
      List<Path> all;
      try (Stream<Path> walk = Files.walk(made)) {
        all = walk.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : all) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // An earlier exception is more important.
    }
  }
}
