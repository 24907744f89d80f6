package dev.dovetail.cuda;

import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.cuda.kernels.KernelException;
import dev.dovetail.cuda.kernels.Launch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs kernels on the CPU instead of a GPU. The kernel source is compiled as C++ with a few macros,
 * and all threads of all blocks run in sequence. With the compiler's sanitizer, accesses outside of
 * tensors are detected.
 */
final class HostDevice implements KernelDevice {

  private static final String MULTIPLY =
      """
      asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a0), "r"(a1), "r"(b));"""
          .stripIndent();

  private final Path folder;
  private final Map<String, Long> compiled = new ConcurrentHashMap<>();

  /** Compiles the function that Java calls. */
  HostDevice(Path folder) throws IOException {
    this.folder = folder;
    Path source = folder.resolve("emulator.cpp");
    Files.writeString(source, resource("emulator.cpp"));
    Path library = folder.resolve("libemulator.so");
    Path include = Path.of(System.getProperty("java.home"), "include");
    compile(source, library, "-I" + include, "-I" + include.resolve("linux"), "-ldl");
    System.load(library.toString());
  }

  /** Returns whether this machine has a compiler and Java's headers. */
  static boolean works() {
    try {
      boolean header =
          Files.exists(Path.of(System.getProperty("java.home"), "include", "jni.h"))
              && Files.exists(Path.of(System.getProperty("java.home"), "include", "linux"));
      return header
          && new ProcessBuilder("g++", "--version")
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public String provider() {
    return "CPUExecutionProvider";
  }

  @Override
  public Loaded load(Launch launch) throws KernelException {
    String source = source(launch);
    long grid = compiled.computeIfAbsent(source, this::compiled);
    return new Loaded() {
      @Override
      public void launch(long stream, long... addresses) {
        run(grid, launch.gridX(), launch.gridY(), launch.block(), addresses);
      }

      @Override
      public void close() {}
    };
  }

  private long compiled(String source) {
    try {
      Path file = Files.createTempFile(folder, "kernel", ".cpp");
      Files.writeString(file, source);
      Path library = Path.of(file + ".so");
      compile(file, library, "-I" + folder);
      return open(library.toString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String source(Launch launch) throws KernelException {
    String kernel = Launch.text(launch.kernel() + ".cu");
    int parameters = parameters(launch, kernel);
    String arguments =
        IntStream.range(0, parameters)
            .mapToObj(
                i -> "(decltype(argument_of<" + i + ">(&" + launch.kernel() + ")))a[" + i + "]")
            .collect(Collectors.joining(", "));
    boolean warps = Stream.of("__shfl", "__syncwarp", "__syncthreads").anyMatch(kernel::contains);
    return text("emulator.h")
        + "\n"
        + launch
            .source()
            .replace(
                "asm(\"cvt.f32.f16 %0, %1;\" : \"=f\"(y) : \"h\"(x.bits));",
                "y = half_to_float(x.bits);")
            .replace(
                "asm(\"cvt.rn.f16.f32 %0, %1;\" : \"=h\"(y.bits) : \"f\"(x));",
                "y.bits = float_to_half(x);")
            .replace(MULTIPLY, "warp_multiply(d, a0, a1, b);")
            .replaceAll("#pragma unroll( \\d+)?", "")
        + """
        template <int N, typename... A> auto argument_of(void (*)(A...)) {
          return std::get<N>(std::tuple<A...>());
        }
        static void call(void** a) { %s(%s); }
        extern "C" void run_grid(int gx, int gy, int block, void** arguments) {
          body = call;
          given = arguments;
          for (int y = 0; y < gy; y++)
            for (int x = 0; x < gx; x++) {
              blockIdx = {(unsigned)x, (unsigned)y, 0};
              run_block(block, %s);
            }
        }
        """
            .replaceFirst("%s", launch.kernel())
            .replaceFirst("%s", java.util.regex.Matcher.quoteReplacement(arguments))
            .replaceFirst("%s", Boolean.toString(warps));
  }

  /** Returns the number of parameters after preprocessing. */
  private static int parameters(Launch launch, String kernel) {
    String all = kernel.substring(kernel.indexOf("__global__"));
    all = all.substring(all.indexOf("(", all.indexOf(launch.kernel())), all.indexOf(") {"));
    List<Boolean> open = new ArrayList<>();
    int count = 0;
    for (String line : all.split("\n")) {
      String l = line.strip();
      if (l.startsWith("#if")) {
        String[] words = l.split("\\s+");
        int value = Integer.parseInt(launch.constants().get(words[1]));
        open.add(words.length > 2 ? value > Integer.parseInt(words[3]) : value != 0);
      } else if (l.startsWith("#else")) {
        open.set(open.size() - 1, !open.get(open.size() - 1));
      } else if (l.startsWith("#endif")) {
        open.remove(open.size() - 1);
      } else if (!open.contains(false)) {
        count += l.split("\\*|long long ", -1).length - 1;
      }
    }
    return count;
  }

  private static String text(String name) {
    try {
      return "#include <tuple>\n" + resource(name);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HostDevice.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void compile(Path source, Path library, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("g++", "-std=c++17", "-O0", "-shared", "-fPIC", "-w", source.toString()));
    command.addAll(List.of(options));
    command.addAll(List.of("-o", library.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException("g++: " + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static native long open(String path);

  private static native void run(long grid, int x, int y, int block, long[] arguments);
}
