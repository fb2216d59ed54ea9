package io.muster.runtime.cluster;

import static java.util.Objects.requireNonNull;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The Hazelcast cluster manager of Vert.x, which also tracks the entries that this node wrote into
 * the shared tables and the addresses that it looked up there, so that lost entries are detected
 * and restored.
 *
 * <p>Safe for use by any thread: Vert.x calls its methods on any thread, hence the concurrent sets.
 * Methods that read or write the shared tables block, for up to 10 s while the cluster is unstable.
 */
final class TrackingClusterManager extends HazelcastClusterManager {
  private final Set<TrackedRegistration> ownRegistrations = ConcurrentHashMap.newKeySet();
  private final Set<String> lookedUpAddresses = ConcurrentHashMap.newKeySet();
  private @Nullable Vertx vertx;
  private volatile VersionedRegistrationListener versionedListener =
      new VersionedRegistrationListener(new RegistrationListener() {});

  /**
   * Creates the cluster manager of a running member, which it shuts down when Vert.x leaves the
   * cluster.
   */
  TrackingClusterManager(HazelcastInstance member) {
    super(member);
  }

  @Override
  public void init(Vertx vertx) {
    this.vertx = vertx;
    super.init(vertx);
  }

  @Override
  public void leave(Completable<Void> promise) {
    super.leave(
        (nothing, failure) ->
            requireNonNull(vertx)
                .executeBlocking(this::shutDownMember, false)
                .<Void>mapEmpty()
                .onComplete(promise));
  }

  @Override
  public void addRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    if (!registration.localOnly()) {
      ownRegistrations.add(new TrackedRegistration(address, registration));
    }
    super.addRegistration(address, registration, promise);
  }

  @Override
  public void removeRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    ownRegistrations.remove(new TrackedRegistration(address, registration));
    super.removeRegistration(address, registration, promise);
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    lookedUpAddresses.add(address);
    super.getRegistrations(address, promise);
  }

  @Override
  public void registrationListener(RegistrationListener listener) {
    versionedListener = new VersionedRegistrationListener(listener);
    super.registrationListener(versionedListener);
  }

  /** Returns the entries of this node that are missing from the shared tables. Blocks. */
  List<String> findMissingEntries() {
    var instance = getHazelcastInstance();
    if (!instance.getMap(MemberConfig.NODES_MAP).containsKey(getNodeId())) {
      return List.of(MemberConfig.NODES_MAP);
    }
    var table =
        instance.<String, HazelcastRegistrationInfo>getMultiMap(MemberConfig.SUBSCRIPTIONS_MAP);
    return ownRegistrations.stream()
        .filter(
            entry ->
                !table.containsEntry(
                    entry.address, new HazelcastRegistrationInfo(entry.registration)))
        .filter(ownRegistrations::contains) // The entry may have been removed in the meantime.
        .map(TrackedRegistration::address)
        .sorted()
        .toList();
  }

  /**
   * Rewrites the entry of this node in the table of nodes, and starts to rewrite its subscriptions
   * on a worker thread of Vert.x. Blocks.
   */
  void restoreRegistrations() {
    stateChanged(new LifecycleEvent(LifecycleState.MERGED));
  }

  /**
   * Looks up again every address to which this node sends. Vert.x does so only when it is notified
   * of a change, and entries lost together with the tables cause no notification: it would continue
   * to send to nodes that have left. The known routes stay in use until the answer arrives.
   */
  Future<Void> refreshRoutes() {
    return Future.join(List.copyOf(lookedUpAddresses).stream().map(this::refreshRoute).toList())
        .mapEmpty();
  }

  private boolean shutDownMember() {
    getHazelcastInstance().getLifecycleService().shutdown();
    return true;
  }

  private Future<Void> refreshRoute(String address) {
    lookedUpAddresses.remove(address);
    if (!versionedListener.wantsUpdatesFor(address)) {
      return Future.succeededFuture();
    }
    lookedUpAddresses.add(address);
    var version = versionedListener.version();
    var lookup = Promise.<List<RegistrationInfo>>promise();
    super.getRegistrations(address, lookup);
    return lookup
        .future()
        .map(
            registrations -> {
              versionedListener.updateIfUnchanged(
                  new RegistrationUpdateEvent(address, registrations), version);
              return null;
            });
  }

  private record TrackedRegistration(String address, RegistrationInfo registration) {}

  /**
   * Updates the routes that Vert.x caches. The result of a lookup that an update overtook is
   * dropped, because it may be older. Safe for use by any thread.
   */
  private static final class VersionedRegistrationListener implements RegistrationListener {
    private final RegistrationListener listener;
    private long version;

    VersionedRegistrationListener(RegistrationListener listener) {
      this.listener = listener;
    }

    @Override
    public synchronized void registrationsUpdated(RegistrationUpdateEvent event) {
      version++;
      listener.registrationsUpdated(event);
    }

    @Override
    public boolean wantsUpdatesFor(String address) {
      return listener.wantsUpdatesFor(address);
    }

    @Override
    public void registrationsLost() {
      listener.registrationsLost();
    }

    synchronized long version() {
      return version;
    }

    synchronized void updateIfUnchanged(RegistrationUpdateEvent event, long expectedVersion) {
      if (version == expectedVersion) {
        listener.registrationsUpdated(event);
      }
    }
  }
}
