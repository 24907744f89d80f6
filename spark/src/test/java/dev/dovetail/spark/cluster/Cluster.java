package dev.dovetail.spark.cluster;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A cluster on this machine. The driver and each executor are separate processes. Their class path
 * consists of Spark's jars, as on a real cluster, and of the jars sent with {@code --jars}.
 *
 * @param folder contains the jars and the work of the executors
 * @param home the directory whose {@code jars} are Spark's
 * @param jars the jars sent with the application, its own first
 */
record Cluster(Path folder, Path home, List<Path> jars) {

  /** The packages that Spark's scripts open to it. Spark starts executors with the same. */
  private static final List<String> OPENED =
      List.of(
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.lang.reflect",
          "java.base/java.io",
          "java.base/java.net",
          "java.base/java.nio",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/jdk.internal.ref",
          "java.base/sun.nio.ch",
          "java.base/sun.nio.cs",
          "java.base/sun.security.action",
          "java.base/sun.util.calendar");

  /** The number and the size of the executors. */
  record Size(int executors, int cores, int megabytes) {

    private String master() {
      return "local-cluster[" + executors + "," + cores + "," + megabytes + "]";
    }
  }

  /** A running application. */
  record Running(Process driver, Path out, Path log) {

    private static final Pattern COLLECTION = Pattern.compile("->(\\d+)M\\(");

    /** Returns the processes of the running executors. */
    List<ProcessHandle> executors() {
      return driver
          .descendants()
          .filter(p -> p.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
          .toList();
    }

    /** Returns the resident memory of all executors in megabytes. */
    long resident() throws IOException {
      long kilobytes = 0;
      for (ProcessHandle executor : executors()) {
        Path status = Path.of("/proc", Long.toString(executor.pid()), "status");
        if (Files.exists(status)) {
          kilobytes +=
              Files.readAllLines(status).stream()
                  .filter(line -> line.startsWith("VmRSS:"))
                  .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                  .sum();
        }
      }
      return kilobytes / 1024;
    }

    /** Returns the used heap of all executors after their last collection in megabytes. */
    long heap() throws IOException {
      long megabytes = 0;
      for (ProcessHandle executor : executors()) {
        Path collections = out.resolveSibling("gc-" + executor.pid() + ".log");
        if (Files.exists(collections)) {
          megabytes +=
              COLLECTION
                  .matcher(Files.readString(collections))
                  .results()
                  .mapToLong(found -> Long.parseLong(found.group(1)))
                  .reduce(0, (before, last) -> last);
        }
      }
      return megabytes;
    }

    /** Returns the number of ended tasks that {@link StreamApplication} printed last. */
    int tasksEnded() throws IOException {
      String text = printed();
      int last = text.lastIndexOf(StreamApplication.ENDED);
      String number = last < 0 ? "" : text.substring(last + StreamApplication.ENDED.length());
      return number.contains("\n") ? Integer.parseInt(number.lines().findFirst().orElse("0")) : 0;
    }

    /** Returns the output of the application so far. */
    String printed() throws IOException {
      return Files.readString(out);
    }

    /**
     * Waits for the application and returns the values that it printed as {@code name=value}.
     *
     * @throws AssertionError if the application failed
     */
    Map<String, String> values() throws IOException, InterruptedException {
      int exit = driver.waitFor();
      String text = printed();
      System.out.print(text);
      if (exit != 0) {
        throw new AssertionError(
            "the application ended with " + exit + "\n" + text + "\n" + Files.readString(log));
      }
      Map<String, String> values = new LinkedHashMap<>();
      text.lines()
          .filter(line -> line.contains("="))
          .forEach(line -> values.put(line.replaceFirst("=.*", ""), line.replaceFirst(".*?=", "")));
      return values;
    }
  }

  /** Creates a cluster with its files in an empty directory. */
  static Cluster in(Path folder) throws IOException {
    Path root = Path.of(System.getProperty("dovetail.root"));
    Path spark = root.resolve("spark/distribution/target/home/jars");
    Path application = root.resolve("spark/target/application.classpath");
    if (!Files.isDirectory(spark) || !Files.exists(application)) {
      throw new IOException(
          spark + " or " + application + " is missing; -Pslow -pl spark -am creates both");
    }
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.createSymbolicLink(home.resolve("jars"), spark);
    List<Path> jars = new ArrayList<>();
    for (String entry :
        (root.resolve("spark/target/test-classes")
                + File.pathSeparator
                + root.resolve("spark/target/classes")
                + File.pathSeparator
                + root.resolve("sample/target/classes")
                + File.pathSeparator
                + Files.readString(application).strip())
            .split(File.pathSeparator)) {
      Path path = Path.of(entry);
      jars.add(
          Files.isDirectory(path)
              ? jar(
                  path, folder.resolve(root.relativize(path).toString().replace('/', '-') + ".jar"))
              : path);
    }
    return new Cluster(folder, home, List.copyOf(jars));
  }

  private static Path jar(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, zip);
      }
    }
    return jar;
  }

  /** Starts an application through {@code SparkSubmit}, as the script spark-submit does. */
  Running submit(Size size, List<String> settings, Class<?> application, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    OPENED.forEach(opened -> command.add("--add-opens=" + opened + "=ALL-UNNAMED"));
    command.addAll(
        List.of("-Djdk.reflect.useDirectMethodHandle=false", "-Xmx1g", "-cp", home + "/jars/*"));
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--master", size.master()));
    for (String setting : settings) {
      command.addAll(List.of("--conf", setting));
    }
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    String collections = "-Xlog:gc:file=" + folder.resolve("gc-%p.log");
    command.addAll(List.of("--conf", "spark.executor.extraJavaOptions=" + collections));
    command.addAll(List.of("--conf", "spark.sql.shuffle.partitions=4"));
    command.addAll(List.of("--conf", "spark.executor.cores=" + size.cores()));
    command.addAll(List.of("--conf", "spark.executor.memory=" + size.megabytes() + "m"));
    command.addAll(List.of("--jars", String.join(",", jars.stream().map(Path::toString).toList())));
    command.addAll(List.of("--class", application.getName(), jars.get(0).toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path out = Files.createTempFile(folder, "application", ".out");
    Path log = Files.createTempFile(folder, "application", ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.redirectOutput(out.toFile()).redirectError(log.toFile());
    return new Running(builder.start(), out, log);
  }

  /** Returns the lines with a text in the logs of all executors. */
  List<String> logged(String text) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.walk(home.resolve("work"))) {
      for (Path file : files.filter(f -> f.endsWith("stderr")).toList()) {
        Files.readString(file).lines().filter(line -> line.contains(text)).forEach(lines::add);
      }
    }
    return lines;
  }
}
