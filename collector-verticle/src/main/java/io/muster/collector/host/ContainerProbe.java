package io.muster.collector.host;

import io.muster.collector.proc.HostRoot;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Detects the container that a host runs in, by the traces of the runtimes: files, variables of the
 * first process, the name of the control group. If there are traces of several runtimes, Kubernetes
 * takes precedence, whatever runtime started the containers of a pod.
 */
final class ContainerProbe {
  private static final String KUBERNETES = "Kubernetes";
  private static final String PODMAN = "Podman";
  private static final String DOCKER = "Docker";
  private static final String LXC = "LXC/LXD";
  private static final String SERVICE_ACCOUNT = "var/run/secrets/kubernetes.io/serviceaccount";
  private static final int SHORT_ID_LENGTH = 12;
  private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");

  /** Runtimes by a part of the control group's path. */
  private static final List<Map.Entry<String, String>> RUNTIME_BY_CGROUP =
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

  /**
   * Runtimes by the variable {@code container} of the first process, as documented by systemd.io.
   */
  private static final Map<String, String> RUNTIME_BY_VARIABLE =
      Map.of("podman", PODMAN, "docker", DOCKER, "lxc", LXC, "systemd-nspawn", "systemd-nspawn");

  private final HostRoot hostRoot;
  private final Map<String, String> variables;
  private final String cgroups;

  ContainerProbe(HostRoot hostRoot, Map<String, String> variables) {
    this.hostRoot = hostRoot;
    this.variables = variables;
    this.cgroups = hostRoot.readText(hostRoot.hostProcessPath("cgroup")).orElse("");
  }

  Optional<DetectedContainer> detect() {
    return runtime()
        .map(
            name ->
                name.equals(KUBERNETES)
                    ? new DetectedContainer(name, containerId(), podName(), namespace())
                    : new DetectedContainer(
                        name, containerId(), Optional.empty(), Optional.empty()));
  }

  private Optional<String> runtime() {
    if (variables.containsKey("KUBERNETES_SERVICE_HOST") || hostRoot.exists(SERVICE_ACCOUNT)) {
      return Optional.of(KUBERNETES);
    }
    var cgroupRuntime = runtimeByCgroup();
    if (cgroupRuntime.filter(KUBERNETES::equals).isPresent()) {
      return cgroupRuntime;
    }
    if (hostRoot.exists("run/.containerenv")) {
      return Optional.of(PODMAN);
    }
    return hostRoot.exists(".dockerenv")
        ? Optional.of(DOCKER)
        : cgroupRuntime.or(this::runtimeByVariable);
  }

  private Optional<String> runtimeByCgroup() {
    return RUNTIME_BY_CGROUP.stream()
        .filter(entry -> cgroups.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private Optional<String> runtimeByVariable() {
    var ownValue = variables.getOrDefault("container", "");
    var firstProcess = hostRoot.readText("proc/1/environ").orElse("");
    return RUNTIME_BY_VARIABLE.entrySet().stream()
        .filter(
            entry ->
                ownValue.equals(entry.getKey())
                    || firstProcess.contains("container=" + entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** From the control group, else from the source paths of the container's mounted files. */
  private Optional<String> containerId() {
    return firstContainerId(Arrays.stream(cgroups.split("\n", -1)))
        .or(() -> firstContainerId(mountRoots().filter(root -> root.contains("containers/"))))
        .map(id -> id.substring(0, SHORT_ID_LENGTH));
  }

  private static Optional<String> firstContainerId(Stream<String> texts) {
    return texts.map(CONTAINER_ID::matcher).filter(Matcher::find).map(Matcher::group).findFirst();
  }

  /** Fourth field of each line of mountinfo: the mounted directory within its file system. */
  private Stream<String> mountRoots() {
    var lines = hostRoot.readText(hostRoot.hostProcessPath("mountinfo")).orElse("").split("\n", -1);
    return Arrays.stream(lines)
        .map(line -> line.split(" ", 5))
        .filter(words -> words.length == 5)
        .map(words -> words[3]);
  }

  /** A pod's hostname is its name, unless it uses the network of its node. */
  private Optional<String> podName() {
    return variable("POD_NAME").or(() -> variable("HOSTNAME"));
  }

  private Optional<String> namespace() {
    return hostRoot.readText(SERVICE_ACCOUNT + "/namespace").or(() -> variable("POD_NAMESPACE"));
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /**
   * A detected container.
   *
   * @param id first 12 hexadecimal digits, as the runtimes list them
   */
  record DetectedContainer(
      String runtime, Optional<String> id, Optional<String> podName, Optional<String> namespace) {}
}
