package dev.amulet.training.vision;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import java.util.Optional;

/** PyTorch for tests, which are skipped with a message where its native library is missing. */
final class PyTorchHere {
  private PyTorchHere() {}

  static NDManager managerOrSkip() {
    Optional<String> reason = Torch.whyNot();
    assumeTrue(reason.isEmpty(), () -> "skipped: " + reason.orElse(""));
    return Torch.manager();
  }
}
