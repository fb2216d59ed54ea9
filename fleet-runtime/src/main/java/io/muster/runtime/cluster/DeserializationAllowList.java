package io.muster.runtime.cluster;

import com.hazelcast.config.JavaSerializationFilterConfig;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.FilterInfo;
import java.io.ObjectInputFilter.Status;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The classes that members send to each other with Java serialization: the exceptions of failed
 * operations, and their stack traces. Everything else that they exchange has serializers of its
 * own. The caller of an operation whose exception is not allowed waits until its timeout. Safe for
 * use by any thread.
 */
final class DeserializationAllowList {
  private static final List<Class<?>> PARTS_OF_EXCEPTIONS =
      List.of(
          StackTraceElement.class,
          StackTraceElement[].class,
          Collections.emptyList().getClass(),
          ArrayList.class);

  private static final List<Class<? extends Throwable>> JAVA_EXCEPTIONS =
      List.of(
          Throwable.class,
          Exception.class,
          RuntimeException.class,
          Error.class,
          LinkageError.class,
          NoClassDefFoundError.class,
          AssertionError.class,
          VirtualMachineError.class,
          OutOfMemoryError.class,
          StackOverflowError.class,
          ArithmeticException.class,
          ArrayIndexOutOfBoundsException.class,
          ClassCastException.class,
          ClassNotFoundException.class,
          IllegalArgumentException.class,
          IllegalMonitorStateException.class,
          IllegalStateException.class,
          ConcurrentModificationException.class,
          IndexOutOfBoundsException.class,
          InterruptedException.class,
          NoSuchElementException.class,
          NullPointerException.class,
          NumberFormatException.class,
          ReflectiveOperationException.class,
          SecurityException.class,
          UnsupportedOperationException.class,
          IOException.class,
          EOFException.class,
          UncheckedIOException.class,
          CancellationException.class,
          CompletionException.class,
          ExecutionException.class,
          RejectedExecutionException.class,
          TimeoutException.class);

  /** Those of the modules that Vert.x uses, with names relative to {@code com.hazelcast}. */
  private static final List<String> HAZELCAST_EXCEPTIONS =
      List.of(
          "core.ConsistencyLostException",
          "core.HazelcastException",
          "core.HazelcastInstanceNotActiveException",
          "core.HazelcastOverloadException",
          "core.IndeterminateOperationStateException",
          "core.LocalMemberResetException",
          "core.MemberLeftException",
          "core.OperationTimeoutException",
          "core.RuntimeInterruptedException",
          "internal.cluster.impl.ClusterTopologyChangedException",
          "internal.cluster.impl.ConfigMismatchException",
          "internal.cluster.impl.MasterNodeChangedException",
          "internal.cluster.impl.VersionMismatchException",
          "internal.partition.PartitionStateVersionMismatchException",
          "map.QueryResultSizeExceededException",
          "map.ReachedMaxSizeException",
          "map.impl.operation.EntryOffloadableLockMismatchException",
          "map.impl.operation.MapFetchIndexOperation$MissingPartitionException",
          "nio.serialization.HazelcastSerializationException",
          "partition.NoDataMemberInClusterException",
          "query.QueryException",
          "query.extractor.ValueReadingException",
          "query.impl.getters.policy.ReflectiveAttributeLookupException",
          "spi.exception.CallerNotMemberException",
          "spi.exception.DistributedObjectDestroyedException",
          "spi.exception.NoCredentialsException",
          "spi.exception.PartitionMigratingException",
          "spi.exception.ResponseAlreadySentException",
          "spi.exception.RestClientException",
          "spi.exception.RetryableHazelcastException",
          "spi.exception.RetryableIOException",
          "spi.exception.ServiceNotFoundException",
          "spi.exception.TargetDisconnectedException",
          "spi.exception.TargetNotMemberException",
          "spi.exception.WrongTargetException",
          "splitbrainprotection.SplitBrainProtectionException");

  private static final Set<String> ALL =
      Stream.of(
              PARTS_OF_EXCEPTIONS.stream().map(Class::getName),
              JAVA_EXCEPTIONS.stream().map(Class::getName),
              HAZELCAST_EXCEPTIONS.stream().map("com.hazelcast."::concat))
          .flatMap(names -> names)
          .collect(Collectors.toUnmodifiableSet());

  private static final int MAX_DEPTH = 100;
  private static final int MAX_ARRAY_LENGTH = 10_000;

  private DeserializationAllowList() {}

  /** Returns a filter that rejects all other classes, and with them every proxy. */
  static JavaSerializationFilterConfig createFilter() {
    var filter = new JavaSerializationFilterConfig().setDefaultsDisabled(true);
    filter.getWhitelist().addClasses(ALL.toArray(String[]::new));
    return filter;
  }

  /**
   * Rejects all other classes in all of this JVM, because Hazelcast has serializers that ignore its
   * own filter. A filter that was set before, by {@code jdk.serialFilter}, stays in place.
   */
  static synchronized void applyToJvm() {
    if (ObjectInputFilter.Config.getSerialFilter() == null) {
      ObjectInputFilter.Config.setSerialFilter(DeserializationAllowList::check);
    }
  }

  private static Status check(FilterInfo input) {
    var isTooLarge = input.depth() > MAX_DEPTH || input.arrayLength() > MAX_ARRAY_LENGTH;
    return isTooLarge || !isAllowed(input.serialClass()) ? Status.REJECTED : Status.ALLOWED;
  }

  /**
   * Returns true for no class, too, which is a check of the limits, and for {@code Object[]}, as
   * which the content of an {@code ArrayList} is checked.
   */
  private static boolean isAllowed(Class<?> type) {
    return type == null || type == Object[].class || ALL.contains(type.getName());
  }
}
