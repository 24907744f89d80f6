package dev.dovetail.spark;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.DovetailModel;
import org.junit.jupiter.api.Test;

class OpenModelsTest {

  private static ModelOptions options(String model, int threads) {
    return new ModelOptions(model, "", "cpu", "fp32", "", threads, 1L << 30);
  }

  @Test
  void tasksWithEqualOptionsShareAModel() throws Exception {
    try (OpenModels.Lease one = OpenModels.lease(options("sample-upernet", 1));
        OpenModels.Lease other = OpenModels.lease(options("sample-upernet", 1))) {
      assertSame(one.model(), other.model());
    }
  }

  @Test
  void aModelStaysOpenForLaterTasks() throws Exception {
    DovetailModel first;
    try (OpenModels.Lease lease = OpenModels.lease(options("sample-upernet", 1))) {
      first = lease.model();
    }
    try (OpenModels.Lease lease = OpenModels.lease(options("sample-upernet", 1))) {
      assertSame(first, lease.model());
    }
  }

  @Test
  void openingAnotherModelClosesUnusedModels() throws Exception {
    OpenModels.Lease unused = OpenModels.lease(options("sample-upernet", 1));
    unused.close();
    unused.close(); // has no further effect
    try (OpenModels.Lease used = OpenModels.lease(options("sample-upernet", 2));
        OpenModels.Lease other = OpenModels.lease(options("sample-mask-rcnn", 1))) {
      assertNotSame(used.model(), other.model());
      used.model().classes();
      assertThrows(IllegalStateException.class, () -> unused.model().predict(new byte[0]));
      assertThrows(java.io.IOException.class, () -> used.model().predict(new byte[0]));
    }
  }

  @Test
  void aFailedOpeningIsTriedAgain() {
    ModelOptions wrong = options("missing-model", 1);
    assertThrows(IllegalArgumentException.class, () -> OpenModels.lease(wrong));
    assertThrows(IllegalArgumentException.class, () -> OpenModels.lease(wrong));
  }
}
