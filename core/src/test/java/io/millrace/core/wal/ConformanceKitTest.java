// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.millrace.testkit.wal.WalMediumConformance;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the kit against stores that break one thing each: the kit must say so, by the clause, and by no other that does not
 * follow from it.
 */
class ConformanceKitTest {
    @AfterAll
    static void endWhatWasLeftBehind() {
        ZooOfStores.LeaksThreads.end();
    }

    @Test
    void aStoreThatIsRightPasses() {
        assertThat(failing(ZooOfStores.Right.class)).isEmpty();
    }

    @ParameterizedTest(name = "{0} fails {1}")
    @org.junit.jupiter.params.provider.MethodSource("zoo")
    void aStoreThatIsBrokenFailsItsClause(Class<? extends ZooKit> kit, Set<String> clauses) {
        assertThat(failing(kit)).containsExactlyInAnyOrderElementsOf(clauses);
    }

    /** The first clause is what is broken; the others cannot hold without it. */
    private static Stream<Arguments> zoo() {
        return Stream.of(
                broken(ZooOfStores.ReusesEpochs.class, "01"),
                broken(ZooOfStores.WritesWhenLookedAt.class, "02", "44"),
                broken(ZooOfStores.LocksNothing.class, "04", "03", "08"),
                broken(ZooOfStores.OpensWithAnyEpoch.class, "06", "52"),
                broken(ZooOfStores.DeletesTheFence.class, "52"),
                broken(ZooOfStores.TakesAnyName.class, "50"),
                broken(ZooOfStores.ListsLogsAsTheyCome.class, "51"),
                broken(ZooOfStores.DeletesNothing.class, "52", "51"),
                broken(ZooOfStores.NeverCloses.class, "61"),
                broken(ZooOfStores.LeaksThreads.class, "62"),
                broken(ZooOfWriters.NeverFences.class, "03", "27"),
                broken(ZooOfWriters.VerifiesNothing.class, "07"),
                broken(ZooOfWriters.FindsTornBytes.class, "10", "11"),
                broken(ZooOfWriters.LosesTheTail.class, "12", "12_13_33", "13", "30", "31", "33"),
                broken(ZooOfWriters.LosesLargeFrames.class, "22"),
                broken(ZooOfWriters.AcknowledgesEarly.class, "23"),
                broken(ZooOfWriters.AnswersInAnyOrder.class, "21"),
                broken(ZooOfWriters.AnswersTwice.class, "21"),
                broken(ZooOfWriters.BlocksInCallbacks.class, "23"),
                broken(ZooOfWriters.Scribbles.class, "24"),
                broken(ZooOfWriters.DiesOfWhatIsTooLarge.class, "25"),
                broken(ZooOfWriters.WantsContents.class, "30"),
                broken(ZooOfWriters.NeverRolls.class, "31", "33", "42"),
                broken(ZooOfWriters.TrimsTooMuch.class, "32", "33", "12_13_33"),
                broken(ZooOfWriters.NeverTrims.class, "32", "33", "42"),
                broken(ZooOfWriters.KnowsOneThread.class, "35"),
                broken(ZooOfWriters.ClosesNothing.class, "60"),
                broken(ZooOfWriters.CallsBackAfterClose.class, "60"),
                broken(ZooOfReaders.ShowsTornBytes.class, "41"),
                broken(ZooOfReaders.SeesThePast.class, "40"),
                broken(ZooOfReaders.CallsTrimmedCorrupt.class, "42"),
                broken(ZooOfReaders.DiesOfInterrupts.class, "43"),
                broken(ZooOfMedia.ShowsTornAppends.class, "14"),
                broken(ZooOfMedia.CutsWhatIsDamaged.class, "14"),
                broken(ZooOfMedia.LooksAtEverySegment.class, "14"),
                broken(ZooOfMedia.ChokesOnWhatWasBegun.class, "16"),
                broken(ZooOfMedia.LeavesGaps.class, "16"),
                broken(ZooOfMedia.BelievesNames.class, "16"),
                broken(ZooOfMedia.ReadsWhatItDoesNotKnow.class, "17"),
                broken(ZooOfMedia.ChangesWhatItRefuses.class, "17"),
                broken(ZooOfMedia.DiesOfAFullDisk.class, "28"),
                broken(ZooOfMedia.KeepsWhatItRefused.class, "28"),
                broken(ZooOfMedia.DoesNotKnowWhatItRefused.class, "28"),
                broken(ZooOfMedia.SyncsUntilItWorks.class, "29"),
                broken(ZooOfMedia.ThinksThatAFailedSyncWroteNothing.class, "29"),
                broken(ZooOfMedia.RemovesWhatIsNotItsOwn.class, "53"));
    }

    private static Arguments broken(Class<? extends ZooKit> kit, String... clauses) {
        return arguments(kit, new TreeSet<>(Set.of(clauses)));
    }

    /** A store that is ill only when something happens to its medium is as the right one where nothing does. */
    private static PostDiscoveryFilter mattersTo(Class<? extends ZooKit> kit) {
        boolean media = ZooOfMedia.OneThing.class.isAssignableFrom(kit);
        return test -> FilterResult.includedIf(!media
                || !test.isTest()
                || test.getSource()
                        .filter(MethodSource.class::isInstance)
                        .map(method -> ((MethodSource) method).getJavaMethod().getDeclaringClass())
                        .filter(WalMediumConformance.class::equals)
                        .isPresent());
    }

    /** The numbers of the clauses that fail. */
    private static Set<String> failing(Class<? extends ZooKit> kit) {
        Set<String> failing = new TreeSet<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(kit))
                .filters(mattersTo(kit))
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() && result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                    failing.add(test.getDisplayName().replaceFirst("[a-z]+_wal_(\\d\\d(_\\d\\d)*)_.*", "$1"));
                }
            }
        });
        return failing;
    }
}
