package dev.amulet.training;

import dev.amulet.format.v1.LinearModel;
import java.util.List;

/**
 * The heads of several networks as one linear model over all their embeddings, whose margins are
 * the mean of theirs.
 */
final class AveragedHead {
  private AveragedHead() {}

  /**
   * Averages heads.
   *
   * @param heads one per network; each reads the network's embeddings of all columns, side by side
   * @param columns of pictures
   * @return reads for every column the embeddings by all networks, in their order
   */
  static LinearModel of(List<LinearModel> heads, int columns) {
    if (heads.size() == 1) {
      return heads.get(0);
    }
    int outputs = heads.get(0).getOutputs();
    int inputs = heads.stream().mapToInt(LinearModel::getInputs).sum();
    LinearModel.Builder all = LinearModel.newBuilder().setInputs(inputs).setOutputs(outputs);
    for (int column = 0; column < columns; column++) {
      for (LinearModel head : heads) {
        int width = head.getInputs() / columns;
        List<Float> centre = head.getCentreList().subList(column * width, (column + 1) * width);
        List<Float> fill = head.getFillList().subList(column * width, (column + 1) * width);
        all.addAllCentre(centre).addAllFill(fill);
      }
    }
    for (int output = 0; output < outputs; output++) {
      double bias = 0;
      for (int column = 0; column < columns; column++) {
        for (LinearModel head : heads) {
          int width = head.getInputs() / columns;
          int first = output * head.getInputs() + column * width;
          for (int i = 0; i < width; i++) {
            all.addWeights(head.getWeights(first + i) / heads.size());
          }
        }
      }
      for (LinearModel head : heads) {
        bias += head.getBias(output) / heads.size();
      }
      all.addBias(bias);
    }
    return all.build();
  }
}
