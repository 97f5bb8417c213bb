/**
 * The tree of a chat's messages as one reads it: from the first message down, one version at each fork. A message goes
 * on below any answer of the round above it, because answers given side by side are one step of the conversation.
 */
import type { ChatVote } from '../../../main/contract/conversations.ts';
import type { ChatTurn } from '../../../main/contract/entities.ts';

/** Answers asked for together, by lane. */
export interface Round {
  readonly id: string;
  readonly answers: readonly ChatTurn[];
  readonly vote: ChatVote | null;
}

/** A message, what answers it, and which of several versions of both is shown. */
export interface Exchange {
  readonly user: ChatTurn;
  readonly userVersions: readonly ChatTurn[];
  readonly round: Round | null;
  readonly rounds: readonly Round[];
}

/**
 * The branch that goes through `leafId`; where that says nothing (null, unknown, or below it), the branch last written
 * in. `turns` in the order of writing.
 */
export function shownExchanges(
  turns: readonly ChatTurn[],
  votes: readonly ChatVote[],
  leafId: string | null,
): readonly Exchange[] {
  const tree = readTree(turns, votes, leafId);
  const exchanges: Exchange[] = [];
  let userVersions = tree.childrenOf(null);
  for (let user = tree.chosen(userVersions); user !== undefined; user = tree.chosen(userVersions)) {
    const rounds = tree.roundsOf(user.id);
    const round = tree.chosenRound(rounds);
    exchanges.push({ user, userVersions, round, rounds });
    userVersions = round === null ? [] : round.answers.flatMap(({ id }) => tree.childrenOf(id)).sort(tree.byWriting);
  }
  return exchanges;
}

/**
 * Where the next message is written: below the preferred answer, else the first that has words. Null in an empty chat.
 */
export function nextParent(exchanges: readonly Exchange[]): string | null {
  const last = exchanges.at(-1);
  if (last === undefined) return null;
  const answers = last.round?.answers ?? [];
  return last.round?.vote?.turnId ?? (answers.find(({ content }) => content !== '') ?? answers[0] ?? last.user).id;
}

interface Tree {
  readonly childrenOf: (parentId: string | null) => readonly ChatTurn[];
  readonly roundsOf: (userId: string) => readonly Round[];
  readonly chosen: (versions: readonly ChatTurn[]) => ChatTurn | undefined;
  readonly chosenRound: (rounds: readonly Round[]) => Round | null;
  readonly byWriting: (one: ChatTurn, other: ChatTurn) => number;
}

function readTree(turns: readonly ChatTurn[], votes: readonly ChatVote[], leafId: string | null): Tree {
  const children = Map.groupBy(turns, ({ parentId }) => parentId);
  const place = new Map(turns.map(({ id }, index) => [id, index]));
  const path = pathTo(turns, leafId);
  const latest = latestBelow(turns);
  const rank = ({ id }: ChatTurn): number => (path.has(id) ? turns.length : (latest.get(id) ?? 0));
  const rankOfRound = ({ answers }: Round): number => Math.max(...answers.map(rank));
  return {
    childrenOf: (parentId) => (children.get(parentId) ?? []).filter(({ role }) => role === 'user'),
    roundsOf: (userId) => roundsOf(children.get(userId) ?? [], votes),
    chosen: (versions) => versions.toSorted((one, other) => rank(other) - rank(one))[0],
    chosenRound: (rounds) => rounds.toSorted((one, other) => rankOfRound(other) - rankOfRound(one))[0] ?? null,
    byWriting: (one, other) => (place.get(one.id) ?? 0) - (place.get(other.id) ?? 0),
  };
}

function roundsOf(children: readonly ChatTurn[], votes: readonly ChatVote[]): readonly Round[] {
  const answers = children.filter(({ role }) => role === 'assistant');
  return [...Map.groupBy(answers, ({ round, id }) => round ?? id)].map(([id, together]) => ({
    id,
    answers: together.toSorted((one, other) => one.lane - other.lane),
    vote: votes.find(({ round }) => round === id) ?? null,
  }));
}

function pathTo(turns: readonly ChatTurn[], leafId: string | null): ReadonlySet<string> {
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  const path = new Set<string>();
  for (
    let turn = byId.get(leafId ?? '');
    turn !== undefined && !path.has(turn.id);
    turn = byId.get(turn.parentId ?? '')
  )
    path.add(turn.id);
  return path;
}

/** Of each message: the place of the last one written below it, or its own. */
function latestBelow(turns: readonly ChatTurn[]): ReadonlyMap<string, number> {
  const latest = new Map(turns.map(({ id }, index) => [id, index]));
  for (const { id, parentId } of turns.toReversed()) {
    if (parentId !== null) latest.set(parentId, Math.max(latest.get(parentId) ?? 0, latest.get(id) ?? 0));
  }
  return latest;
}
