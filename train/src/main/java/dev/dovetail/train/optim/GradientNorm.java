package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Parameters;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The L2 norm of all gradients as one vector. */
public final class GradientNorm {

  private GradientNorm() {}

  /**
   * {@return the norm of the gradients of all weights that have one}
   *
   * @param parameters the parameters with their gradients
   */
  public static double of(Parameters parameters) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return of(gradients(parameters));
    }
  }

  /**
   * Scales the gradients so that their norm is at most {@code limit}, like PyTorch's {@code
   * clip_grad_norm_}. If the norm is not finite, the gradients are unchanged, so that {@link
   * NonFinite} can report them. The caller must then not take a step.
   *
   * @param parameters the parameters with their gradients
   * @param limit the maximum norm
   * @return the norm before clipping
   */
  public static double clip(Parameters parameters, double limit) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      List<Tensor> gradients = gradients(parameters);
      double norm = of(gradients);
      if (Double.isFinite(norm)) {
        Scalar factor = new Scalar(Math.min(1, limit / (norm + 1e-6)));
        gradients.forEach(g -> g.mul_(factor));
      }
      return norm;
    }
  }

  private static List<Tensor> gradients(Parameters parameters) {
    List<Tensor> gradients = new ArrayList<>();
    parameters.weights().forEach(name -> parameters.gradient(name).ifPresent(gradients::add));
    return gradients;
  }

  private static double of(List<Tensor> gradients) {
    if (gradients.isEmpty()) {
      return 0;
    }
    TensorVector norms =
        new TensorVector(gradients.stream().map(torch::norm).toArray(Tensor[]::new));
    return torch.norm(torch.stack(norms)).item().toDouble();
  }
}
