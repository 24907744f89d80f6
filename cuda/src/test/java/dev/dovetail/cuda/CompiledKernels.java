package dev.dovetail.cuda;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests of kernels that are compiled for the CPU, once for all tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CompiledKernels {

  Path folder;
  HostDevice device;

  @BeforeAll
  void needsACompiler(@TempDir Path temporary) throws IOException {
    Assumptions.assumeTrue(HostDevice.works(), "g++ or Java's headers are missing");
    folder = temporary;
    device = new HostDevice(temporary);
  }
}
