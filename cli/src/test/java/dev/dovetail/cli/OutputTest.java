package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output files and the standard output, including failures, with one process per run. */
@Tag("slow")
class OutputTest {

  private static final String SCORE = "dovetail score --type bbox --gt gt.json --dt dt.json";

  @TempDir Path folder;

  @BeforeEach
  void aSmallSet() throws IOException {
    Files.writeString(
        folder.resolve("gt.json"),
        "{\"images\": [{\"id\": 1, \"width\": 8, \"height\": 8, \"file_name\": \"a.jpg\"}],"
            + " \"categories\": [{\"id\": 1, \"name\": \"a\"}],"
            + " \"annotations\": [{\"id\": 1, \"image_id\": 1, \"category_id\": 1, \"area\": 16,"
            + " \"iscrowd\": 0, \"bbox\": [0, 0, 4, 4]}]}");
    Files.writeString(
        folder.resolve("dt.json"),
        "[{\"image_id\": 1, \"category_id\": 1, \"score\": 0.5, \"bbox\": [0, 0, 4, 4]}]");
  }

  private ProgramRun run(String line) throws IOException, InterruptedException {
    return ProgramRun.of(folder, List.of(), line);
  }

  /** A limit on the size of files simulates a full disk; messages go to stdout. */
  private ProgramRun onAFullDisk(String line) throws IOException, InterruptedException {
    return run("(trap '' XFSZ; ulimit -f 0; " + line + ") 2>&1 | cat; exit ${PIPESTATUS[0]}");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(name -> !name.startsWith("std"))
          .sorted()
          .toList();
    }
  }

  @Test
  void failedPrintingExitsWith1AndAMessage() throws Exception {
    ProgramRun full = onAFullDisk(SCORE + " > printed");
    assertEquals(1, full.code(), full.toString());
    assertTrue(
        full.out().startsWith("dovetail: cannot write to the standard output: "), full.out());
    assertEquals(1, full.out().lines().count(), full.out());

    for (String line : List.of(SCORE + " --json", "dovetail list", "dovetail score --help")) {
      ProgramRun closed = run(line + " >&-");
      assertEquals(1, closed.code(), closed.toString());
      assertTrue(closed.err().contains("cannot write to the standard output"), closed.err());
    }
  }

  @Test
  void aReaderMayCloseThePipeEarly() throws Exception {
    for (String line :
        List.of("dovetail list | head -1", SCORE + " --json=/dev/stdout | head -c 1")) {
      ProgramRun head = run(line + "; exit ${PIPESTATUS[0]}");
      assertEquals(0, head.code(), head.toString());
      assertEquals("", head.err());
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsNamedAndTheOldOneIsKept() throws Exception {
    for (String option : List.of("--json=out", "--save-state out", "--report out")) {
      Path out = folder.resolve("out");
      Files.deleteIfExists(out);
      ProgramRun full = onAFullDisk(SCORE + " " + option);
      assertEquals(1, full.code(), full.toString());
      assertTrue(full.out().contains("dovetail: cannot write out"), full.out());
      if (!option.contains("report")) {
        assertEquals(List.of("dt.json", "gt.json"), names());
        Files.writeString(out, "earlier");
        onAFullDisk(SCORE + " " + option);
        assertEquals("earlier", Files.readString(out));
      }
    }
  }

  @Test
  void theStandardOutputIsAppendedToAndContainsOnlyTheFile() throws Exception {
    ProgramRun json = run("echo before; " + SCORE + " --json=/dev/stdout; echo after");
    assertTrue(json.out().matches("(?s)before\\n\\{.*\\}\\s*after\\n"), json.out());
    ProgramRun appended =
        run("echo before > log; " + SCORE + " --json=/dev/stdout >> log; cat log");
    assertTrue(appended.out().startsWith("before\n{"), appended.out());

    Files.createDirectory(folder.resolve("labels"));
    Files.writeString(
        folder.resolve("labels/a.xml"),
        "<annotation><size><width>8</width><height>8</height></size></annotation>");
    ProgramRun convert = run("dovetail convert --from voc --labels labels --out /dev/stdout");
    assertTrue(convert.out().startsWith("{\"annotations\":[]"), convert.out());
    assertEquals("/dev/stdout: 1 images, 0 objects, 0 classes\n", convert.err());
    ProgramRun state =
        run(
            SCORE
                + " --save-state=/dev/stdout > state; dovetail score --type bbox --gt gt.json --merge state");
    assertEquals(0, state.code(), state.toString());
  }

  @Test
  void pipesCanReplaceFiles() throws Exception {
    ProgramRun plain = run(SCORE);
    ProgramRun piped =
        run("dovetail score --type bbox --gt <(cat gt.json) --dt /dev/stdin < <(cat dt.json)");
    assertEquals(plain, piped);
    ProgramRun packed = run("dovetail score --type bbox --gt <(gzip -c gt.json) --dt dt.json");
    assertEquals(plain, packed);
    ProgramRun written =
        run(
            SCORE
                + " --json=>(cat > copy; echo done > end) >/dev/null;"
                + " while [ ! -s end ]; do sleep 0.1; done; cat copy");
    assertTrue(written.out().startsWith("{"), written.toString());
    ProgramRun twice =
        run("dovetail score --type bbox --gt <(cat gt.json) --dt dt.json --compare dt.json");
    assertEquals(2, twice.code(), twice.toString());
    assertTrue(twice.err().contains("pipe"), twice.err());
  }

  @Test
  void imagesAndConfigsCanBePipesButCheckpointsCannot() throws Exception {
    TinyModel.classifier(folder, "cat", "dog");
    TinyModel.picture(folder.resolve("photo.png"), 40, 60);
    String plain = run("dovetail predict tiny.json --weights tiny.safetensors photo.png").out();
    String piped =
        run("dovetail predict <(cat tiny.json) --weights tiny.safetensors /dev/stdin < <(cat photo.png)")
            .out();
    assertEquals(
        plain.replace("photo.png", "").replaceAll(" +", " "),
        piped.replace("stdin", "").replaceAll(" +", " "));
    ProgramRun weights =
        run("dovetail predict tiny.json --weights <(cat tiny.safetensors) photo.png");
    assertEquals(1, weights.code(), weights.toString());
    assertTrue(weights.err().contains("is a pipe"), weights.err());
  }

  @Test
  void aStoppedProgramLeavesNoUnfinishedFile() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")));
    // The command waits for a reader of the pipe, to which it copies the complete content.
    ProgramRun stopped =
        run(
            "mkdir tmp; mkfifo pipe; dovetail() { exec "
                + ProcessHandle.current().info().command().orElseThrow()
                + " -Djava.io.tmpdir=tmp -cp $CLASSES dev.dovetail.cli.Main \"$@\"; }; ("
                + SCORE
                + " --json=pipe) & while [ -z \"$(ls tmp)\" ]; do sleep 0.1; done; kill $!; wait; ls tmp");
    assertEquals("", stopped.err());
    assertTrue(!stopped.out().contains(".part"), stopped.out());
  }
}
