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

  /**
   * Until the program has ended, other threads may still create files, so one pass may miss some.
   */
  private static final int PASSES = 5;

  private static final int PAUSE_MILLIS = 10;

  private static volatile boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Temporary::end));
  }

  private Temporary() {}

  /** Registers a file or directory that was just created. */
  static Path add(Path made) {
    OPEN.add(made);
    if (ending) {
      delete(made);
    }
    return made;
  }

  private static void end() {
    ending = true;
    List<Path> left = List.copyOf(OPEN);
    for (int pass = 0; pass < PASSES && !left.isEmpty(); pass++) {
      left.forEach(Temporary::delete);
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
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
