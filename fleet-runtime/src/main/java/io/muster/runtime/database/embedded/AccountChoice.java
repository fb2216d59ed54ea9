package io.muster.runtime.database.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the account that the server can run as. PostgreSQL refuses to run as root and needs a user
 * that has a name. Each candidate is tried by running a command in the data directory:
 *
 * <ul>
 *   <li>a normal user runs it himself, or in a user namespace when he has no name;
 *   <li>root runs it as the owner of the files, as {@code postgres} or {@code nobody}, else in a
 *       user namespace, where the files stay root's.
 * </ul>
 */
final class AccountChoice {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final ServerAccount SELF =
      new ServerAccount("this user", List.of(), Optional.empty());
  private static final ServerAccount NAMESPACE =
      new ServerAccount(
          "this user in a user namespace", List.of("unshare", "-U", "--"), Optional.empty());

  private final Path dataDirectory;
  private final Path cluster;

  /**
   * A choice for one data directory.
   *
   * @param cluster the server's files in it; may not exist yet
   */
  AccountChoice(Path dataDirectory, Path cluster) {
    this.dataDirectory = dataDirectory;
    this.cluster = cluster;
  }

  /** The first candidate that works; fails with a refusal when none does. */
  ServerAccount choose() throws IOException {
    var self = new Ownership(id("-u").orElseThrow(), id("-g").orElseThrow());
    var candidates = self.isRoot() ? forRoot() : List.of(SELF, NAMESPACE);
    for (var candidate : candidates) {
      if (works(candidate)) {
        return candidate;
      }
    }
    throw self.isRoot() ? refusalForRoot() : refusalForNameless(self);
  }

  private List<ServerAccount> forRoot() throws IOException {
    var names = new LinkedHashSet<String>();
    addOwner(cluster, names);
    addOwner(dataDirectory, names);
    names.add("postgres");
    names.add("nobody");
    names.remove("root");
    var candidates = new ArrayList<ServerAccount>();
    for (var name : names) {
      candidates.addAll(asUser(name));
    }
    var madeInNamespace = Files.exists(cluster) && Ownership.of(cluster).isRoot();
    candidates.add(madeInNamespace ? 0 : candidates.size(), namespaceOfRoot());
    return candidates;
  }

  private static void addOwner(Path path, Set<String> names) throws IOException {
    if (Files.exists(path)) {
      names.add(Files.getOwner(path).getName());
    }
  }

  private List<ServerAccount> asUser(String name) throws IOException {
    var uid = id("-u", name);
    var gid = id("-g", name);
    if (uid.isEmpty() || gid.isEmpty() || uid.get() == 0) {
      return List.of();
    }
    var owner = Optional.of(new Ownership(uid.get(), gid.get()));
    var setpriv =
        List.of("setpriv", "--reuid=" + uid.get(), "--regid=" + gid.get(), "--clear-groups", "--");
    var runuser = List.of("runuser", "-u", name, "--");
    return List.of(
        new ServerAccount("user " + name, setpriv, owner),
        new ServerAccount("user " + name, runuser, owner));
  }

  private static ServerAccount namespaceOfRoot() {
    return new ServerAccount(
        NAMESPACE.description(), NAMESPACE.prefix(), Optional.of(new Ownership(0, 0)));
  }

  private boolean works(ServerAccount account) {
    var probe = "cd \"$1\" && id -un && [ \"$(id -u)\" != 0 ]";
    try {
      var command =
          account.command(Path.of("/"), "/bin/sh", "-c", probe, "sh", dataDirectory.toString());
      return command.run(LIMIT).succeeded();
    } catch (IOException e) {
      return false; // No such program here: the next candidate.
    }
  }

  private Optional<Integer> id(String... arguments) throws IOException {
    var words = new ArrayList<>(List.of("id"));
    words.addAll(List.of(arguments));
    var result = new Command(words, Path.of("/")).run(LIMIT);
    return result.succeeded() ? Optional.of(Integer.valueOf(result.output())) : Optional.empty();
  }

  private IOException refusalForRoot() {
    return new RefusedException(
        "PostgreSQL does not run as root, neither user postgres nor user nobody can reach "
            + dataDirectory
            + ", and user namespaces do not work here; give a directory that they can reach"
            + " (--data), start as a normal user, or give a server (--database-url)");
  }

  private static IOException refusalForNameless(Ownership self) {
    return new RefusedException(
        "PostgreSQL needs a user with a name, user id "
            + self.uid()
            + " has none, and user namespaces do not work here; add it to /etc/passwd, or give a"
            + " server (--database-url)");
  }
}
