package dev.dovetail.train.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dovetail.models.parity.ComerFixturesTest;
import dev.dovetail.testing.FixtureFolders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;

/** Every ViT-CoMer fixture matches the reference with the training engine, too. */
@Tag("slow")
class ComerFixturesOnLibtorchTest extends ComerFixturesTest {

  @AfterAll
  static void theyRanOnLibtorch() {
    assumeTrue(!FixtureFolders.in("fixtures/comer", "config.json").found().isEmpty());
    assertTrue(LibtorchRunner.graphs() > 0, "the fixtures ran on another engine");
  }
}
