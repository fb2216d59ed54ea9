package io.muster.collector.environment;

import io.muster.collector.proc.KernelTree;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which container a host is. Runtimes leave marks: files, variables of the first process, the name
 * of the control group. Of several, the outermost that people name it by counts: a pod is a pod,
 * whatever started its containers.
 */
final class ContainerProbe {
  private static final String KUBERNETES = "Kubernetes";
  private static final String PODMAN = "Podman";
  private static final String DOCKER = "Docker";
  private static final String LXC = "LXC/LXD";
  private static final String ACCOUNT = "var/run/secrets/kubernetes.io/serviceaccount";
  private static final int SHORT_ID_LETTERS = 12;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  /** By what stands in the path of the control group. */
  private static final List<Map.Entry<String, String>> GROUPS =
      List.of(
          Map.entry("kubepods", KUBERNETES),
          Map.entry("libpod-", PODMAN),
          Map.entry("/docker/", DOCKER),
          Map.entry("docker-", DOCKER),
          Map.entry("/crio-", "CRI-O"),
          Map.entry("cri-containerd", "containerd"),
          Map.entry("/containerd/", "containerd"),
          Map.entry("/lxc/", LXC),
          Map.entry("lxc.payload", LXC));

  /** By the variable {@code container} of the first process, as systemd.io has it. */
  private static final Map<String, String> VARIABLES =
      Map.of("podman", PODMAN, "docker", DOCKER, "lxc", LXC, "systemd-nspawn", "systemd-nspawn");

  private final KernelTree tree;
  private final Map<String, String> variables;
  private final String groups;

  ContainerProbe(KernelTree tree, Map<String, String> variables) {
    this.tree = tree;
    this.variables = variables;
    this.groups = tree.text(tree.ofHost("cgroup")).orElse("");
  }

  Optional<Container> detect() {
    return runtime()
        .map(
            name ->
                name.equals(KUBERNETES)
                    ? new Container(name, id(), podName(), namespace())
                    : new Container(name, id(), Optional.empty(), Optional.empty()));
  }

  private Optional<String> runtime() {
    if (variables.containsKey("KUBERNETES_SERVICE_HOST") || tree.exists(ACCOUNT)) {
      return Optional.of(KUBERNETES);
    }
    var ofGroup = ofGroup();
    if (ofGroup.filter(KUBERNETES::equals).isPresent()) {
      return ofGroup;
    }
    if (tree.exists("run/.containerenv")) {
      return Optional.of(PODMAN);
    }
    return tree.exists(".dockerenv") ? Optional.of(DOCKER) : ofGroup.or(this::ofVariable);
  }

  private Optional<String> ofGroup() {
    return GROUPS.stream()
        .filter(group -> groups.contains(group.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private Optional<String> ofVariable() {
    var own = variables.getOrDefault("container", "");
    var first = tree.text("proc/1/environ").orElse("");
    return VARIABLES.entrySet().stream()
        .filter(it -> own.equals(it.getKey()) || first.contains("container=" + it.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** From the control group, else from where the container's own files are mounted from. */
  private Optional<String> id() {
    return ids(Arrays.stream(groups.split("\n", -1)))
        .or(() -> ids(mountRoots().filter(root -> root.contains("containers/"))))
        .map(id -> id.substring(0, SHORT_ID_LETTERS));
  }

  private static Optional<String> ids(Stream<String> texts) {
    return texts.map(ID::matcher).filter(Matcher::find).map(Matcher::group).findFirst();
  }

  /** Fourth word of each line: what of the file system is mounted. */
  private Stream<String> mountRoots() {
    var lines = tree.text(tree.ofHost("mountinfo")).orElse("").split("\n", -1);
    return Arrays.stream(lines)
        .map(line -> line.split(" ", 5))
        .filter(words -> words.length == 5)
        .map(words -> words[3]);
  }

  /** A pod is called as its host, unless it shares the network of its node. */
  private Optional<String> podName() {
    return variable("POD_NAME").or(() -> variable("HOSTNAME"));
  }

  private Optional<String> namespace() {
    return tree.text(ACCOUNT + "/namespace").or(() -> variable("POD_NAMESPACE"));
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /**
   * What was found.
   *
   * @param id first 12 letters, as the runtimes list them
   */
  record Container(
      String runtime, Optional<String> id, Optional<String> podName, Optional<String> namespace) {}
}
