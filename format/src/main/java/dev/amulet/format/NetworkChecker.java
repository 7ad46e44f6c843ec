package dev.amulet.format;

import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.OutputRole;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of what the manifest says about its networks. */
final class NetworkChecker {
  private NetworkChecker() {}

  static void check(List<Network> networks, Where where) throws ArtifactException {
    if (networks.size() > Limits.NETWORKS) {
      throw where
          .at("networks")
          .bad(networks.size() + " networks, expected at most " + Limits.NETWORKS);
    }
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < networks.size(); i++) {
      Network network = networks.get(i);
      Where at = where.at("networks", i).named(network.getId());
      if (network.getId().isEmpty() || !ids.add(network.getId())) {
        throw at.bad("expected an id that is not empty and belongs to one network only");
      }
      if (network.getInput().isEmpty()) {
        throw at.at("input").bad("empty, expected the name of the graph input");
      }
      if (!network.hasSession()) {
        throw at.at("session").bad("not set, expected the graph optimisation to run with");
      }
      outputs(network, at);
    }
  }

  private static void outputs(Network network, Where where) throws ArtifactException {
    if (network.getOutputsCount() == 0) {
      throw where.at("outputs").bad("none, expected at least one");
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < network.getOutputsCount(); i++) {
      NetworkOutput output = network.getOutputs(i);
      Where at = where.at("outputs", i).named(output.getName());
      if (output.getName().isEmpty() || !names.add(output.getName())) {
        throw at.bad("expected a name that is not empty and belongs to one output only");
      }
      int rank = output.getRole() == OutputRole.FEATURE_MAP ? 3 : 1;
      if (output.getShapeCount() != rank) {
        throw at.at("shape")
            .bad(
                output.getShapeCount()
                    + " dimensions, expected "
                    + rank
                    + " for the role "
                    + output.getRole());
      }
      long elements = 1;
      for (int dimension : output.getShapeList()) {
        if (dimension < 1 || dimension > Limits.TENSOR_SIDE) {
          throw at.at("shape")
              .bad(
                  "a dimension of "
                      + Integer.toUnsignedString(dimension)
                      + ", expected 1 to "
                      + Limits.TENSOR_SIDE);
        }
        elements *= dimension;
      }
      if (elements > Limits.TENSOR_ELEMENTS) {
        throw at.at("shape")
            .bad(elements + " elements, expected at most " + Limits.TENSOR_ELEMENTS);
      }
    }
  }
}
