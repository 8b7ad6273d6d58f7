// Made from the types of the room `desk` by its test `typescript`. Do not edit.

export type About = { 
/**
 * Semantic version of the product.
 */
version: string, };

export type AccountAnswer = { "is": "here", "it": Here | null };

/**
 * A person's account at the hub; never reused.
 */
export type AccountId = string;

/**
 * A question about people at this computer.
 */
export type AccountRequest = { "do": "sign_in", name: string, password: Secret, } | { "do": "sign_out" } | { "do": "who_is_here", ask: boolean, } | { "do": "change_password", old: Secret, new: Secret, } | { "do": "notice_read", kind: ExpiringKind, identifier: string, valid_until: Date, threshold: number, };

/**
 * An address by administrative unit (Decision 19/2025/QĐ-TTg: province two digits, commune five).
 * The codes are those in force on `valid_at`; the text a person wrote is kept beside them.
 */
export type Address = { 
/**
 * House number, street, hamlet: everything below the commune.
 */
line: string, province?: string | null, 
/**
 * Of a day before 1 July 2025, when there were three tiers: three digits.
 */
district?: string, commune?: string | null, valid_at?: Date | null, 
/**
 * The units an older paper names for the same place, kept beside those in force.
 */
former?: FormerUnits, };

/**
 * A typed address with the units that were found in it.
 */
export type AddressRead = { address: Address, written: WrittenAddress, 
/**
 * The same place by the units of today, where those are others and exactly one is known; what was typed is kept in it.
 */
now: Address | null, };

/**
 * A province, district or commune, as it stood over a period.
 */
export type AdministrativeUnit = { 
/**
 * Two digits for a province, three for a district, five for a commune.
 */
code: string, 
/**
 * With its kind: *Phường Ba Đình*.
 */
name: string, tier: Tier, parent?: string | null, 
/**
 * The first day it stood so; absent where that was not looked up.
 */
from?: Date | null, 
/**
 * The last day; absent while it stands.
 */
to?: Date | null, };

/**
 * An agency's code: levels separated by dots, either as since Decision 20/2020/QĐ-TTg (`H06.16`, `G09.20`, province or
 * ministry first) or in the older QCVN 102:2016 form (`000.00.16.H06`, province last).
 */
export type AgencyCode = string;

/**
 * A dossier and another one like it.
 */
export type AlikeLine = { dossier: DossierId, other: DossierId, code: string | null, state: State, created_at: Timestamp, };

/**
 * What is answered, one variant per kind of content.
 */
export type Answer = { "answer": "about", "content": About } | { "answer": "doctor", "content": Array<Examined> } | { "answer": "digitised", "content": Report } | { "answer": "done" } | { "answer": "procedures", "content": Array<ProcedureLine> } | { "answer": "procedure", "content": Procedure } | { "answer": "imported", "content": Array<string> } | { "answer": "catalogue", "content": CatalogueAnswer } | { "answer": "filling", "content": FillingAnswer } | { "answer": "reuse", "content": ReuseAnswer } | { "answer": "account", "content": AccountAnswer } | { "answer": "many", "content": ManyAnswer } | { "answer": "no_paper", "content": NoPaperAnswer } | { "answer": "parcel", "content": ParcelAnswer } | { "answer": "portal", "content": PortalAnswer } | { "answer": "due_on", "content": DueOn } | { "answer": "unit_lines", "content": Array<UnitLine> } | { "answer": "units", "content": Array<AdministrativeUnit> } | { "answer": "unit", "content": UnitView } | { "answer": "address", "content": AddressRead } | { "answer": "form_problems", "content": Array<FileProblem> } | { "answer": "printed", "content": Printed } | { "answer": "rebased", "content": RebaseView } | { "answer": "dossier", "content": DossierView } | { "answer": "opened", "content": OpenView } | { "answer": "sheet", "content": Sheet } | { "answer": "pages", "content": Array<PageView> } | { "answer": "arranged", "content": Array<DocumentId> } | { "answer": "page", "content": PageId } | { "answer": "words", "content": Array<WordView> } | { "answer": "status", "content": Standing } | { "answer": "network", "content": NetworkUse } | { "answer": "preferences", "content": Preferences } | { "answer": "attached", "content": Attached } | { "answer": "findings", "content": Findings } | { "answer": "dossiers", "content": DossierPage } | { "answer": "exported", "content": Exported } | { "answer": "cover_sheets", "content": CoverSheets } | { "answer": "stacks", "content": Array<StackLine> } | { "answer": "stack", "content": StackView } | { "answer": "hot_folder", "content": HotFolder } | { "answer": "enrolled", "content": Enrolled } | { "answer": "sent", "content": Sent } | { "answer": "outbox", "content": Array<OutboxLine> } | { "answer": "events", "content": Array<NewsLine> } | { "answer": "receipt", "content": ReceiptView } | { "answer": "kept", "content": Kept };

/**
 * The answers of one form, by field. A draft keeps all of them, also hidden and ill-formed ones;
 * [`crate::evaluate::submission_view`] says what is sent.
 */
export type Answers = { [key in FieldId]: GivenAnswer };

/**
 * When an apology must go out, and how often a new time may be set (Decree 61/2018, article 19.9).
 */
export type ApologyRule = { 
/**
 * At the latest this many days before the due day.
 */
min_days_before: number, max_reappointments: number, verified: boolean, };

/**
 * Who may file. The first five make a procedure *internal* in the wider sense this product serves.
 */
export type ApplicantKind = "administrative_agency" | "public_service_unit" | "political_social_organisation" | "state_owned_enterprise" | "official" | "citizen" | "enterprise" | "household_business";

/**
 * A station that applies a list.
 */
export type AppliedBy = { agency: string, station: string, 
/**
 * By the hub's clock.
 */
at: Timestamp, };

/**
 * The decision by which a leader approved a list.
 */
export type Approval = { by: string, 
/**
 * *Phó Giám đốc*.
 */
title: string, number: string, on: Date, };

export type AtHub = "same" | "only_here" | "only_there" | "different";

/**
 * One revision here and at the hub.
 */
export type AtHubLine = { kind: EntryKind, code: string, revision: number, standing: AtHub, };

/**
 * A page, and what is meant on it.
 */
export type AtPage = { document: DocumentId | null, page: PageId | null, 
/**
 * From 1, among the pages that count.
 */
number: number, 
/**
 * As it was read there.
 */
seen?: string, 
/**
 * Left, top, width and height in thousandths of the page.
 */
spot?: [number, number, number, number], };

/**
 * What became of the files of one `attach`: those that failed do not hold up the others.
 */
export type Attached = { documents: Array<DocumentView>, 
/**
 * Files that were not taken in.
 */
refused: Array<Fault>, 
/**
 * Why digitising stopped before its end; the documents are safe and wait for the next run.
 */
stopped?: Fault | null, };

/**
 * The text is not a number of this kind.
 */
export type BadNumber = "length" | "not_digits" | "check_digit" | "prefix";

/**
 * What a finding rests on.
 */
export type Basis = { "kind": "law", number: string, articles: string | null, provenance: ProvenanceStatus, } | { "kind": "form" } | { "kind": "profile", profile: ProfileId, verified: boolean, } | { "kind": "hub" } | { "kind": "house" };

export type CalendarStatus = "official" | "projected";

/**
 * One year's file.
 */
export type CalendarYear = { year: number, revision?: number, 
/**
 * How certain the days of each range are; what no range covers is projected.
 */
status: Array<StatusRange>, holidays: Array<Holiday>, working_saturdays: Array<WorkingSaturday>, half_days: Array<HalfDay>, };

/**
 * What the catalogue answers.
 */
export type CatalogueAnswer = { "is": "list", "it": Array<CatalogueLine> } | { "is": "revisions", "it": Array<RevisionLine> } | { "is": "entry", "it": CatalogueContent } | { "is": "differences", "it": Array<Difference> } | { "is": "draft", "it": CatalogueDraftView } | { "is": "discarded" } | { "is": "new_drafts", "it": Array<NewDraft> } | { "is": "published", "it": RevisionLine } | { "is": "exported", "it": CatalogueExported } | { "is": "fetched", "it": CatalogueFetched } | { "is": "at_hub", "it": CatalogueAtHub } | { "is": "may", "it": CatalogueMay } | { "is": "news", "it": CatalogueBrought | null };

export type CatalogueAtHub = { version: number, published_at: Timestamp, fetched_at: Timestamp, lines: Array<AtHubLine>, };

/**
 * What came of the hub since somebody looked last.
 */
export type CatalogueBrought = { at: Timestamp, 
/**
 * As `code revision`.
 */
taken: Array<string>, };

/**
 * An entry of the catalogue in one revision.
 */
export type CatalogueContent = { "kind": "procedure", "content": Procedure } | { "kind": "form", "content": Form } | { "kind": "profile", "content": LegalProfile } | { "kind": "calendar", "content": CalendarYear };

/**
 * The next revision while it is written.
 */
export type CatalogueDraftView = { kind: EntryKind, code: string, 
/**
 * The number it would be published under.
 */
revision: number, version: number, json: string, updated_at: Timestamp, findings: Array<DraftFinding>, 
/**
 * Nothing that was found blocks.
 */
publishable: boolean, 
/**
 * Against the newest revision; empty while the draft cannot be read.
 */
differences: Array<Difference>, };

export type CatalogueExported = { file: string, entries: number, };

/**
 * What a fetch brought.
 */
export type CatalogueFetched = { 
/**
 * The hub's list is another one than at the last fetch.
 */
changed: boolean, 
/**
 * The hub's count of publications.
 */
version: number, 
/**
 * What is new here, as `code revision`.
 */
taken: Array<string>, 
/**
 * What was not taken, as `code revision`, and why.
 */
refused: Array<[string, Fault]>, };

/**
 * An entry in the revision that counts today.
 */
export type CatalogueLine = { kind: EntryKind, code: string, name: Words, revision: number, 
/**
 * The highest there is: above `revision` where it holds only later.
 */
newest: number, draft: boolean, origin: RevisionOrigin, 
/**
 * Of a procedure: *lĩnh vực*.
 */
field: Words | null, level: string | null, applicants: Array<ApplicantKind>, online_only_from: Date | null, confidential: boolean, provenance: ProvenanceStatus | null, 
/**
 * How many values of a procedure or a legal profile somebody should still look up.
 */
unconfirmed: number, valid_from: Date | null, valid_to: Date | null, 
/**
 * Of a calendar year: every day was decided; else it is projected, in part or whole.
 */
official: boolean | null, };

/**
 * Whether the catalogue can be changed by who sits here.
 */
export type CatalogueMay = { 
/**
 * Who is in charge on this computer, whoever is signed in.
 */
officer: CatalogueOfficer | null, 
/**
 * The signed-in user.
 */
user: string, 
/**
 * It is the officer who is signed in.
 */
change: boolean, };

/**
 * The officer in charge of the catalogue here.
 */
export type CatalogueOfficer = { 
/**
 * As it stands in revisions and confirmations.
 */
name: string, 
/**
 * The document that gives them the task: *Quyết định số 12/QĐ-UBND ngày 05/01/2026*.
 */
authority: string, 
/**
 * The signed-in user who said so.
 */
user: string, since: Timestamp, };

/**
 * A question to the catalogue.
 */
export type CatalogueRequest = { "do": "list", kind: EntryKind | null, } | { "do": "revisions", kind: EntryKind, code: string, } | { "do": "show", kind: EntryKind, code: string, revision: number | null, } | { "do": "compare", kind: EntryKind, code: string, from: CatalogueSide, to: CatalogueSide, } | { "do": "draft_open", kind: EntryKind, code: string, revision: number | null, } | { "do": "draft_save", kind: EntryKind, code: string, version: number | null, json: string, } | { "do": "new_drafts" } | { "do": "draft_check", kind: EntryKind, code: string, } | { "do": "draft_discard", kind: EntryKind, code: string, } | { "do": "draft_publish", kind: EntryKind, code: string, 
/**
 * Why: the decision it follows.
 */
reason: string, } | { "do": "confirm", kind: EntryKind, code: string, path: string, source: string, value: string | null, } | { "do": "export", file: string, codes: Array<string>, } | { "do": "fetch" } | { "do": "at_hub" } | { "do": "may" } | { "do": "take_charge", name: string, 
/**
 * The document that gives them the task.
 */
authority: string, } | { "do": "give_up_charge" } | { "do": "news" } | { "do": "news_seen" };

/**
 * One of the forms of an entry that can be compared.
 */
export type CatalogueSide = { "side": "revision", revision: number, } | { "side": "newest" } | { "side": "draft" } | { "side": "hub" };

/**
 * What is wrong with a cell.
 */
export type CellProblem = { "kind": "finding", what: FindingKind, } | { "kind": "zero_lost", proposed: string, } | { "kind": "sheet", error: string, } | { "kind": "not_calculated" } | { "kind": "no_key" } | { "kind": "disagrees", row: number, said: string, };

export type Change = "added" | "removed" | "changed" | "moved";

/**
 * How a dossier comes in (*kênh thực hiện*).
 */
export type Channel = "direct" | "online" | "postal";

export type Choice = { code: string, label: Words, 
/**
 * Offered only when this holds: lists that depend on other answers.
 */
visible_if?: Expr | null, };

/**
 * A legal text, or a place in it.
 */
export type Cited = { 
/**
 * `61/2018/NĐ-CP`
 */
number: string, title: string, articles?: string | null, 
/**
 * Somebody read it at the source.
 */
verified: boolean, };

export type CodeFound = { kind: string, text: string, };

export type Coded = { code: string, name: Words, };

/**
 * One paper of the dossier (*thành phần hồ sơ*).
 */
export type Component = { code: ComponentCode, name: Words, need: Need, 
/**
 * Asked once for each row of this group of the form instead of once (a report for each person).
 */
per_row?: FieldId | null, originals: number, certified_copies: number, plain_copies: number, 
/**
 * A certified copy or an electronic document will do where an original is asked.
 */
copy_will_do: boolean, 
/**
 * An electronic document will do instead of paper.
 */
electronic_ok: boolean, 
/**
 * Scanned and stored at reception (Decree 61/2018, article 17.1).
 */
digitise: boolean, sign: Sign, 
/**
 * The database that knows what this paper says: where it answers, the paper need not be asked for.
 */
source?: Words | null, 
/**
 * The official template of the paper: *Mẫu 01-MSNS-BTC*.
 */
template?: Words | null, 
/**
 * The paper counts for so many months from the day it was issued.
 */
valid_months?: number | null, 
/**
 * As [`Component::valid_months`], where the law counts in days; one of the two.
 */
valid_days?: number | null, 
/**
 * What it is wherever it is asked for: one that was filed with another procedure serves here too.
 */
reuse?: Reuse | null, 
/**
 * How many pages it has.
 */
pages?: PageCount | null, };

/**
 * A component of a procedure (*mã thành phần hồ sơ*); unique in its procedure.
 */
export type ComponentCode = string;

/**
 * A component of a dossier's procedure, and the row of its table where it is asked for once a row.
 */
export type ComponentPlace = { component: string, row: string | null, };

/**
 * An authorised officer looked it up and answers for it.
 */
export type Confirmation = { by: string, at: Timestamp, };

/**
 * What somebody agreed to, and when (Nghị định 13/2023/NĐ-CP, điều 11).
 */
export type Consent = { 
/**
 * Which wording was read to them; see [`super::CONSENT_WORDING`].
 */
wording: number, 
/**
 * What it is kept for, in words.
 */
purpose: string, at: Timestamp, 
/**
 * The clerk who asked.
 */
by: string, };

/**
 * A rule that must hold, and what to say when it does not.
 */
export type Constraint = { holds: Expr, words: Words, };

/**
 * One value to be pasted.
 */
export type CopyLine = { 
/**
 * The heading of the form under which it stands.
 */
section: Words, label: Words, 
/**
 * Plain: numbers in digits, dates as `21/11/2026`.
 */
value: string, };

/**
 * The answers of a dossier as a portal's form wants them.
 */
export type CopySheet = { code: string, procedure: Words, lines: Array<CopyLine>, };

/**
 * Sheets that were printed into a file.
 */
export type CoverSheets = { file: string, sheets: Array<SheetPrinted>, };

/**
 * A day in the agency's own calendar, years 1800–2999. As text always ISO (`2026-11-21`); shown by [`Date::shown`].
 */
export type Date = string;

/**
 * Why a day is not worked.
 */
export type DayOff = { "kind": "weekend" } | { "kind": "holiday", name: Words, };

export type Density = "compact" | "comfortable";

/**
 * One installation of the application on one profile, as the hub knows it.
 */
export type DeviceId = string;

/**
 * One difference.
 */
export type Difference = { 
/**
 * As in the file, but what stands in a list is named by its own code: `components[NB-03.02].originals`.
 */
path: string, change: Change, before?: Words | null, after?: Words | null, };

/**
 * A SHA-256 digest; as text, 64 lower-case hexadecimal digits.
 */
export type Digest = string;

/**
 * One document of a dossier: ordered pages, or one sealed file.
 */
export type DocumentId = string;

export type DocumentState = "waiting" | "working" | "done" | "failed";

export type DocumentStatus = "ready" | "working" | "needs_attention";

/**
 * One document of a dossier.
 */
export type DocumentView = { id: DocumentId, component: string, 
/**
 * The row of a table it belongs to, where its component is asked for once a row.
 */
row: string | null, 
/**
 * The name its first file came with.
 */
file_name: string | null, title: string, status: DocumentState, pages: number, 
/**
 * Bytes of the file that will be sent; 0 while there is none.
 */
bytes: number, 
/**
 * SHA-256 of that file.
 */
sha256: string | null, 
/**
 * Goes through byte for byte: it is signed, or was attached as it is.
 */
sealed: boolean, 
/**
 * Taken over from an earlier dossier.
 */
reused: boolean, 
/**
 * What a person may wish to look at on its pages: codes, each once.
 */
warnings: Array<string>, fault?: Fault | null, };

/**
 * One dossier, from the first keystroke on; never changes, never reused.
 */
export type DossierId = string;

export type DossierLine = { id: DossierId, procedure: string, state: State, code: string | null, applicant: string, title: string, practice: boolean, 
/**
 * The official day it is due, once an officer has set one.
 */
due: LocalMoment | null, 
/**
 * Working days after today up to that day: 0 on it, below 0 when it is over; nothing once it is finished.
 */
working_days_left: number | null, 
/**
 * While it is in the outbox.
 */
outbox: OutboxLine | null, updated_at: Timestamp, };

export type DossierPage = { dossiers: Array<DossierLine>, 
/**
 * Give it back as `before` for the next page. A page may be shorter than asked for, even empty, and still go on.
 */
next: number | null, 
/**
 * How many there are in all, where counting is cheap.
 */
total: number | null, 
/**
 * What of `find` was not understood and did not count.
 */
doubts: Array<FindDoubt>, };

/**
 * One dossier with its documents.
 */
export type DossierView = { id: DossierId, procedure: string, revision: number, name_vi: string, name_en: string, state: State, provisional_code: string | null, official_code: string | null, applicant: string, answers: Answers, documents: Array<DocumentView>, 
/**
 * Papers that were put away and can come back, the last first; none where papers cannot be changed.
 */
removed: Array<RemovedPaper>, events: Array<Event>, 
/**
 * Made to try the application out; never sent.
 */
practice: boolean, 
/**
 * Components for which a practice dossier has an example paper.
 */
examples: Array<string>, 
/**
 * Answers and papers can be changed now.
 */
editable: boolean, 
/**
 * The hub has it: there is a receipt.
 */
at_hub: boolean, created_at: Timestamp, updated_at: Timestamp, };

/**
 * Two pages on one sheet, side by side: a proposal to divide it.
 */
export type DoubleFound = { 
/**
 * Share of the upright sheet's width at which they meet.
 */
at: number, 
/**
 * 0 to 1.
 */
confidence: number, };

/**
 * A personal number and what a person said do not go together.
 */
export type Doubt = { "kind": "birth_year", said: number, number: number, } | { "kind": "sex", said: Sex, number: Sex, };

export type DraftFault = { "kind": "problem", problem: Problem, } | { "kind": "other_code", found: string, } | { "kind": "base_is_old", newest: number, } | { "kind": "nothing_changed" } | { "kind": "starts_earlier", than: Date, } | { "kind": "still_marked", status: ProvenanceStatus, };

/**
 * Something found in a draft: where, what, and whether it can be published all the same.
 */
export type DraftFinding = { place: string, what: DraftFault, 
/**
 * The same in English, for logs and the command line.
 */
reason: string, blocking: boolean, };

/**
 * When a dossier is due, and how that was found.
 */
export type Due = { date: Date, time: TimeOfDay, 
/**
 * A day on the way is not officially decided: the date may move, and people must be told so.
 */
crosses_projected: boolean, trace: Array<TraceStep>, };

/**
 * Why a dossier is due when it is.
 */
export type DueCause = "reception" | "pause" | "apology" | "decision";

/**
 * Until when, and by which rules.
 */
export type DueOn = { 
/**
 * Of the procedure.
 */
revision: number, 
/**
 * The legal profile and its revision.
 */
profile: [string, number] | null, 
/**
 * `None` where the law fixes no limit.
 */
due: Due | null, };

/**
 * A paper of an earlier dossier.
 */
export type EarlierPaper = { 
/**
 * The component of this dossier that it would serve.
 */
component: ComponentCode, document: DocumentId, title: string, pages: number, 
/**
 * Where it lies.
 */
dossier: DossierId, code: string | null, procedure: Words, 
/**
 * The day that stands on it; where none was read, the day it came in.
 */
date: Date, read: boolean, 
/**
 * The last day on which it counts, where that is limited.
 */
until: Date | null, expired: boolean, 
/**
 * Of its first page.
 */
picture: PictureName | null, };

export type Enrolled = { hub: string, agency_code: string, agency_name: string, station: string, support_number: string, };

export type EntryKind = "procedure" | "form" | "profile" | "calendar";

/**
 * Something that happened to a dossier. Events are only ever added; `seq` orders those of one dossier without gaps.
 */
export type Event = { id: EventId, dossier: DossierId, 
/**
 * From 1, per dossier.
 */
seq: number, 
/**
 * When it happened in the world.
 */
happened_at: Timestamp, 
/**
 * When it was entered; later than `happened_at` for papers taken in while the system was down.
 */
entered_at: Timestamp, 
/**
 * Who did it, as the agency knows them.
 */
by: string, device: DeviceId | null, 
/**
 * Done by the system by itself, not by a person.
 */
automatic: boolean, 
/**
 * Words for the applicant or a colleague; NFC, may be empty.
 */
note: string, what: EventKind, };

/**
 * Something that happened to a dossier.
 */
export type EventId = string;

/**
 * The kinds of events, with what each carries. Reasons and contents for people stand in the event's note. What was added since the first
 * events were stored is optional: they still read.
 */
export type EventKind = { "kind": "received", code: OfficialCode, manifest: Digest, } | { "kind": "accepted", due: LocalMoment | null, } | { "kind": "rejected" } | { "kind": "supplement_requested", components: Array<ComponentCode>, answer_until: Date | null, 
/**
 * Why each is asked for.
 */
items: Array<SupplementItem>, } | { "kind": "supplement_received", manifest: Digest, } | { "kind": "payment_requested", amount: number, } | { "kind": "payment_received", amount: number, } | { "kind": "in_progress", 
/**
 * A person, or the unit that has to do the step.
 */
to: string, person: AccountId | null, 
/**
 * The step of the procedure that begins, from 0.
 */
step: number | null, skipped: Array<Skipped>, } | { "kind": "sent_back", step: number, to: string, person: AccountId | null, } | { "kind": "assigned", to: string, person: AccountId | null, 
/**
 * For the one who is away; else instead of them.
 */
absent: boolean, } | { "kind": "consulted", whom: string, 
/**
 * Their own time limit ends.
 */
due: LocalMoment | null, } | { "kind": "leg_started", agency: string, due: LocalMoment, } | { "kind": "answered", asked: number, } | { "kind": "suspended" } | { "kind": "resumed" } | { "kind": "apology_drafted", new_due: LocalMoment, } | { "kind": "apology_approved" } | { "kind": "apology_numbered", number: string, } | { "kind": "apology_issued", new_due: LocalMoment, } | { "kind": "originals_held", component: ComponentCode, count: number, } | { "kind": "originals_returned", component: ComponentCode, count: number, } | { "kind": "stopped" } | { "kind": "withdrawn" } | { "kind": "signed" } | { "kind": "done", result: Digest | null, number: string | null, 
/**
 * *Trích yếu*.
 */
summary: string | null, 
/**
 * How it is given to the applicant.
 */
channel: Channel | null, skipped: Array<Skipped>, } | { "kind": "delivered", how: HandOver | null, } | { "kind": "due_changed", from: LocalMoment, to: LocalMoment, why: DueCause, } | { "kind": "note_added" } | { "kind": "reminded" } | { "kind": "finding_made" } | { "kind": "finding_answered", finding: number, } | { "kind": "seen_at_portal", state: State, due: LocalMoment | null, };

/**
 * One thing `doctor` looked at.
 */
export type Examined = { part: Part, works: boolean, 
/**
 * What was found: a version, a path, a number with its unit.
 */
detail: string, 
/**
 * What to do where it does not work.
 */
fault?: Fault | null, };

/**
 * What can run out.
 */
export type ExpiringKind = "password" | "certificate" | "mail_account";

/**
 * Something runs out soon.
 */
export type ExpiryNotice = { kind: ExpiringKind, 
/**
 * The certificate's serial number, the mail address, the sign-in name.
 */
identifier: string, 
/**
 * Whose it is.
 */
holder: string, 
/**
 * The last day it is good.
 */
valid_until: Date, 
/**
 * Negative when it has run out.
 */
days_left: number, 
/**
 * One of [`NOTICE_DAYS`]: acknowledged, it comes again at the next.
 */
threshold: number, };

export type Exported = { folder: string, files: Array<string>, 
/**
 * Documents whose PDF is not made yet: nothing was written of them.
 */
unfinished: Array<string>, };

/**
 * A rule: a condition or a calculation. Every expression has a value whatever the answers are; what is missing,
 * hidden, ill-formed or of the wrong type is *null*. As a condition, only *true* holds.
 */
export type Expr = "null" | { "bool": boolean } | { "number": string } | { "text": string } | { "date": Date } | "today" | { "field": FieldId } | { "row": FieldId } | { "and": Array<Expr> } | { "or": Array<Expr> } | { "not": Expr } | { "eq": [Expr, Expr] } | { "ne": [Expr, Expr] } | { "lt": [Expr, Expr] } | { "le": [Expr, Expr] } | { "gt": [Expr, Expr] } | { "ge": [Expr, Expr] } | { "in": [Expr, Array<Expr>] } | { "empty": Expr } | { "sum": { group: FieldId, of: Expr, } } | { "count": { group: FieldId, when?: Expr | null, } } | { "add": Array<Expr> } | { "sub": [Expr, Expr] } | { "mul": Array<Expr> } | { "plus_days": [Expr, Expr] } | { "plus_months": [Expr, Expr] } | { "days_between": [Expr, Expr] } | { "years_between": [Expr, Expr] } | { "in_words": Expr };

/**
 * A fault with its values. Values are plain text; a file is named as the person named it.
 */
export type Fault = { code: FaultCode, args: { [key in string]: string }, retry: Retry, };

/**
 * Every fault a person can be told of.
 */
export type FaultCode = "file_empty" | "file_not_a_picture" | "file_truncated" | "file_too_large" | "file_unsupported" | "file_corrupt" | "pdf_encrypted" | "file_not_a_table" | "table_encrypted" | "no_headings" | "file_gone" | "file_unreadable" | "file_known" | "file_took_too_long" | "file_broke_reader" | "text_reader_missing" | "output_not_writable" | "output_is_input" | "cancelled" | "secret_paper" | "secret_shared" | "corners_outside" | "disk_full" | "little_room" | "read_only" | "disk_failing" | "profile_in_use" | "wrong_key" | "key_missing" | "wrong_passphrase" | "profile_not_empty" | "store_corrupt" | "store_too_new" | "not_found" | "conflict" | "unknown_procedure" | "unknown_component" | "unknown_row" | "unknown_field" | "bad_value" | "bad_file" | "revision_exists" | "not_authorised" | "not_ready" | "secrecy_undeclared" | "state_forbids" | "other_way" | "not_packed" | "reason_missing" | "paper_taken" | "list_clash" | "department_taken" | "portal_refuses" | "pack_differs" | "bad_portal_code" | "code_taken" | "nothing_to_carry" | "parcel_too_large" | "parcel_under_way" | "parcel_other_hub" | "parcel_damaged" | "parcel_sender_unknown" | "reply_not_ours" | "practice_only" | "bad_enrolment" | "enrolment_used" | "enrolment_expired" | "enrolment_unknown" | "not_enrolled" | "insecure_address" | "hub_unreachable" | "not_the_hub" | "proxy_login" | "hub_key_wrong" | "hub_refused" | "hub_busy" | "hub_list_older" | "hub_rejects_device" | "device_revoked" | "wrong_sign_in" | "sign_in_waits" | "sign_in_needs_hub" | "sign_in_too_old" | "clock_set_back" | "sign_in_required" | "session_over" | "other_agency" | "role_forbids" | "password_must_change" | "password_short" | "password_known" | "clock_wrong" | "receipt_forged" | "unexpected";

export type Fee = { name: Words, 
/**
 * Đồng; absent where each province sets its own (*Hội đồng nhân dân tỉnh quy định*).
 */
amount?: number | null, 
/**
 * For one of what: *bản*, *trang*.
 */
per: Words, 
/**
 * The most that is taken in all, in đồng.
 */
at_most?: number | null, };

/**
 * A question, or a place on the form.
 */
export type Field = { id: FieldId, label: Words, help?: Words | null, type: FieldKind, 
/**
 * Must be answered whenever it is visible.
 */
required?: boolean, 
/**
 * Must be answered when it is visible and this holds.
 */
required_if?: Expr | null, 
/**
 * Without it, visible. What is hidden is null to every other rule and is not sent.
 */
visible_if?: Expr | null, 
/**
 * The value is this, and nobody can type one.
 */
calculated?: Expr | null, 
/**
 * The day a date may not be before, and the one it may not be after; null bounds nothing. A partial date is refused only
 * where it is certain.
 */
earliest?: Expr | null, latest?: Expr | null, 
/**
 * Each must hold once the field is answered.
 */
constraints?: Array<Constraint>, 
/**
 * What to offer as the answer before a person types one.
 */
prefill?: Prefill | null, 
/**
 * What stands in its paper's letterhead: the answer is offered from it, and compared with it.
 */
from_paper?: FromPaper | null, 
/**
 * Whose it is and what of theirs: the fields that belong to one person or organisation are offered together.
 */
person?: OfPerson | null, 
/**
 * An answer not typed by a person and less sure than this (percent) must be confirmed before sending.
 */
confirm_below?: number | null, 
/**
 * Personal data that lists and logs show masked.
 */
sensitive?: boolean, 
/**
 * What it was called in earlier revisions of the form: answers given then move here; see [`crate::rebase`].
 */
was?: Array<FieldId>, };

/**
 * One value of a letterhead, to be checked at a glance.
 */
export type FieldFound = { 
/**
 * The key it has in the letterhead.
 */
name: string, 
/**
 * Index into the report's pages; 0 on a page's own letterhead.
 */
page: number, 
/**
 * Left, top, width and height in pixels of the page's kept picture.
 */
box: [number, number, number, number], 
/**
 * 0 to 1. Where something about the value is unlikely, never above a half.
 */
confidence: number, };

/**
 * A field of a form; unique in the whole form, groups included.
 */
export type FieldId = string;

/**
 * What kind of answer a field takes.
 */
export type FieldKind = { "text": { max: number, format?: TextFormat | null, pattern?: Pattern | null, } } | { "long_text": { max: number, } } | { "number": { decimals: number, min?: number | null, max?: number | null, 
/**
 * Shown behind the number: m², cái, bản.
 */
unit?: Words | null, } } | { "money": { min: number, max?: number | null, } } | "date" | "partial_date" | { "choice": { options: Array<Choice>, } } | { "many_choice": { options: Array<Choice>, min: number, max?: number | null, } } | "yes_no" | "address" | { "identity": { accepts: Array<IdentityKind>, } } | "organisation" | { "file_slot": FileSlot } | { "group": Group } | "note";

/**
 * What the rules say about one field, or one cell of a group.
 */
export type FieldState = { field: FieldId, 
/**
 * The row, for a field of a group.
 */
row: RowId | null, visible: boolean, 
/**
 * Visible, and must be answered.
 */
required: boolean, 
/**
 * The answer in its canonical form (as it was given where it is malformed), or what was calculated; null when hidden.
 */
value: Value, malformed: Malformed | null, 
/**
 * The constraints that do not hold, by their place in the field.
 */
failed: Array<number>, 
/**
 * Not typed, not sure enough, and not confirmed by anybody yet: the source's confidence in percent.
 */
unconfirmed: number | null, 
/**
 * Options that the other answers rule out, by their codes.
 */
ruled_out?: Array<string>, };

/**
 * What is wrong with a data file, and where.
 */
export type FileProblem = { 
/**
 * Path inside the document, such as `sections[1].fields[0].visible_if`; empty where it cannot be read at all.
 */
place: string, 
/**
 * Both from 1; columns in characters.
 */
line: number | null, column: number | null, 
/**
 * The same as `problem` in English, for logs and scripts.
 */
reason: string, problem: Problem, };

/**
 * One input file.
 */
export type FileReport = { source: string, frames: number, 
/**
 * It is signed: it was not touched, and goes on its own, byte for byte.
 */
sealed: boolean, fault?: Fault | null, 
/**
 * Faults of further pages; the first one is `fault`.
 */
more_faults?: Array<Fault>, 
/**
 * Where a signed file was passed on to, byte for byte.
 */
passed_on?: string | null, };

export type FileSlot = { component: ComponentCode, min: number, max: number, 
/**
 * Media types; empty means whatever the application can digitise.
 */
media?: Array<string>, max_bytes: number, 
/**
 * What the paper must be; without it, as its component says.
 */
needs?: PaperKind | null, 
/**
 * Whether it is digitised; without it, as its component says.
 */
digitise?: boolean | null, 
/**
 * Whose signature the file carries; without it, as its component says.
 */
sign?: Sign | null, };

/**
 * A value for a field.
 */
export type Filled = { field: string, value: string | number | boolean | null | Array<unknown> | Record<string, unknown>, };

/**
 * What is answered.
 */
export type FillingAnswer = { "is": "suggestions", "it": Array<Suggestion> } | { "is": "scanned", "it": Suggestion | null } | { "is": "sheet", "it": Sheet } | { "is": "taken", "it": { sheet: Sheet, step: StepId, } } | { "is": "people", "it": Array<PersonView> } | { "is": "kept", "it": PersonView } | { "is": "done" } | { "is": "profile", "it": OwnProfile } | { "is": "begun", "it": DossierId } | { "is": "templates", "it": Array<TemplateLine> } | { "is": "alike", "it": Array<AlikeLine> };

/**
 * A question about filling in a form.
 */
export type FillingRequest = { "do": "suggest", dossier: DossierId, } | { "do": "take", dossier: DossierId, offer: Offer, who: FieldId | null, 
/**
 * The row of a table that `who` is asked about in.
 */
row: RowId | null, } | { "do": "swap", dossier: DossierId, step: StepId, } | { "do": "dismiss", dossier: DossierId, key: string, back: boolean, } | { "do": "put_aside", dossier: DossierId, advice: Array<Finding>, back: boolean, } | { "do": "leave", dossier: DossierId, section: string, } | { "do": "scan", dossier: DossierId, code: string, } | { "do": "find_people", dossier: DossierId, field: FieldId, find: string, } | { "do": "people", find: string, } | { "do": "keep_person", dossier: DossierId, who: FieldId, row: RowId | null, wording: number, purpose: string, } | { "do": "correct_person", person: PersonId, parts: { [key in PersonPart]?: string }, } | { "do": "forget_person", person: PersonId, } | { "do": "profile" } | { "do": "set_profile", profile: OwnProfile, } | { "do": "copy", dossier: DossierId, } | { "do": "templates" } | { "do": "save_template", dossier: DossierId, name: string, } | { "do": "begin", template: TemplateId, } | { "do": "remove_template", template: TemplateId, } | { "do": "restore_template", template: TemplateId, } | { "do": "alike", dossier: DossierId | null, };

/**
 * A condition that was not understood.
 */
export type FindDoubt = { 
/**
 * As it was typed.
 */
typed: string, 
/**
 * What it says something about; nothing when there is no such condition.
 */
about: Operator | null, };

/**
 * Something the check found.
 */
export type Finding = { place: Place, what: FindingKind, 
/**
 * The dossier cannot be sent like this.
 */
blocking: boolean, 
/**
 * What asks for it; nothing where it is only a doubt.
 */
why?: Basis, };

/**
 * The kinds of findings, with the values their words need.
 */
export type FindingKind = { "code": "required" } | { "code": "malformed", problem: Malformed, } | { "code": "constraint", words: Words, } | { "code": "unconfirmed", confidence: number, } | { "code": "doubt", doubt: Doubt, } | { "code": "unknown_field" } | { "code": "missing" } | { "code": "missing_because", words: Words, } | { "code": "too_few_originals", have: number, need: number, } | { "code": "too_few_copies", have: number, need: number, } | { "code": "too_many_files", have: number, max: number, } | { "code": "too_few_files", have: number, min: number, } | { "code": "not_ready", status: DocumentStatus, } | { "code": "unknown_component" } | { "code": "limit_open" } | { "code": "sets", sets: number, } | { "code": "wrong_media", title: string, media: Array<string>, } | { "code": "file_too_large", title: string, bytes: number, max: number, } | { "code": "duplicate_paper", of: ComponentCode, title: string, } | { "code": "other_kind", read: string, wanted: string, } | { "code": "paper_in_future", date: Date, } | { "code": "differs", part: LetterheadPart, said: string, paper: string, } | { "code": "nearly_same", said: string, paper: string, } | { "code": "paper_expired", issued: Date, read: boolean, valid: Validity, until: Date, } | { "code": "too_few_pages", have: number, min: number, } | { "code": "too_many_pages", have: number, max: number, } | { "code": "low_resolution", dpi: number, min: number, } | { "code": "blank_page" } | { "code": "unreadable_page", confidence: number, } | { "code": "orientation_unsure" } | { "code": "signature_unseen", by: Sign, looked: Looked, } | { "code": "not_digitised" } | { "code": "secret", mark: string, } | { "code": "also_in", dossier: string, title: string, } | { "code": "too_many_files_in_all", have: number, max: number, } | { "code": "not_online" } | { "code": "online_only", since: Date, } | { "code": "confidential" };

/**
 * What stands between a dossier and sending.
 */
export type Findings = { dossier: DossierId, 
/**
 * Nothing blocks.
 */
ready: boolean, findings: Array<Finding>, 
/**
 * Advice that a person put aside.
 */
aside: Array<Finding>, 
/**
 * Documents that are not done, by id, with what is wrong.
 */
documents: { [key in string]: Fault }, };

/**
 * The first 16 bytes of the SHA-256 of a public key's 32 bytes; as text, 32 hexadecimal digits.
 */
export type Fingerprint = string;

/**
 * When an open dossier asks for attention, and how soon it is handed on.
 */
export type FollowRule = { 
/**
 * Due soon: so many working days are left, or fewer.
 */
soon_days: number, 
/**
 * The same for limits in hours, in working hours.
 */
soon_hours: number, 
/**
 * So many working days before the due day an apology is called for.
 */
apology_warnings: Array<number>, 
/**
 * What is received or handed on later in the day counts from the next working morning (Decree 61/2018, article 18.2).
 */
forward_cutoff: TimeOfDay, verified: boolean, };

/**
 * A form in one revision. A dossier is pinned to the revision under which it was started.
 */
export type Form = { id: FormId, revision: number, title: Words, sections: Array<Section>, };

/**
 * A form, all its revisions together.
 */
export type FormId = string;

/**
 * One revision of a form.
 */
export type FormRevision = { id: FormId, revision: number, };

/**
 * Where a place lay before units were merged (*trước sáp nhập*).
 */
export type FormerUnits = { 
/**
 * As the paper writes them.
 */
words: string, province?: string | null, district?: string | null, commune?: string | null, };

/**
 * A part of the letterhead of a component's paper.
 */
export type FromPaper = { component: ComponentCode, part: LetterheadPart, };

/**
 * What came of those who came with paper for one procedure.
 */
export type GateCount = { guided: number, helped: number, exceptions: number, };

export type GateLine = { procedure: string, 
/**
 * `guided`, `helped`, `exception`.
 */
outcome: GateOutcome, who: string, reason: string, at: Timestamp, by: string, };

export type GateOutcome = "guided" | "helped" | "exception";

/**
 * What happened at the gate over a time.
 */
export type GateReport = { guided: number, helped: number, exceptions: number, by_procedure: { [key in string]: GateCount }, 
/**
 * The newest first.
 */
lines: Array<GateLine>, };

/**
 * What the desk sees when somebody comes with paper.
 */
export type GateView = { procedure: string, name: Words, 
/**
 * Nothing: paper is taken.
 */
no_paper: NoPaperSince | null, 
/**
 * Somebody looked up where it says so; else it must be asked.
 */
certain: boolean, 
/**
 * Where it is filed online.
 */
link: string, support: Array<SupportContact>, };

/**
 * One answer with its provenance.
 */
export type GivenAnswer = { value: Value, source: Source, 
/**
 * How sure the source was, in percent; absent when the question makes no sense (typed).
 */
confidence?: number | null, 
/**
 * Who looked at a value that was not typed and said it is right.
 */
confirmed_by?: string | null, 
/**
 * When the value was set or, later, confirmed.
 */
at?: Timestamp | null, 
/**
 * What exactly it came from, where that has a name.
 */
origin?: Origin, };

/**
 * Fields asked again for each row. Groups do not nest.
 */
export type Group = { fields: Array<Field>, min_rows: number, max_rows: number, 
/**
 * What one row is called: *tài sản*.
 */
row: Words, };

/**
 * A working day that ends early.
 */
export type HalfDay = { date: Date, closes: TimeOfDay, };

/**
 * How the result was given.
 */
export type HandOver = { "by": "signature", name: string, } | { "by": "post", number: string, } | { "by": "network" };

/**
 * Who is signed in.
 */
export type Here = { me: Me, signed_in_at: Timestamp, 
/**
 * Signed in at the hub; else by its word of some days ago.
 */
online: boolean, 
/**
 * For how many days they may sign in here without network.
 */
days_left: number, };

/**
 * Days off, from the first to the last, weekends among them included.
 */
export type Holiday = { from: Date, to: Date, name: Words, };

export type HotFile = { name: string, at: Timestamp, 
/**
 * Why it was refused; none = it was taken in.
 */
fault: Fault | null, };

/**
 * The watched folder as it is shown.
 */
export type HotFolder = { 
/**
 * None: no folder is watched.
 */
folder: string | null, 
/**
 * Files are deleted from it once they are safe here.
 */
delete: boolean, 
/**
 * Why it cannot be looked at.
 */
fault: Fault | null, 
/**
 * Files that are not whole yet, or that somebody else holds.
 */
waiting: number, 
/**
 * The files seen last, newest first.
 */
files: Array<HotFile>, };

/**
 * Minutes of the day, local time; from 22:00 to 06:00 goes over midnight.
 */
export type Hours = { from: number, to: number, speed: Speed, };

/**
 * One hub installation; made once, at its first start. Every reply carries it in [`crate::path::HUB_ID`].
 */
export type HubId = string;

/**
 * See [`crate::identity`].
 */
export type IdentityKind = "personal_number" | "old_identity_card" | "tax_code" | "passport";

/**
 * One file of rows out of which dossiers are made.
 */
export type ImportId = string;

/**
 * A backup written or read.
 */
export type Kept = { file: string, bytes: number, dossiers: number, };

export type Language = "vi" | "en";

/**
 * A dossier that did not go into a parcel.
 */
export type LeftOut = { dossier: DossierId, code: string | null, title: string, fault: Fault, };

/**
 * One limit: `n` units.
 */
export type Leg = { 
/**
 * What happens in this leg, where a limit has several.
 */
name?: Words | null, 
/**
 * 0 working days: the same day.
 */
n: number, unit: TimeUnit, 
/**
 * Calendar days after `n` months: half a month is 15 days (Civil Code 2015, article 146).
 */
and_days?: number, 
/**
 * What comes later in the day than this counts as received the next working morning. First leg only.
 */
cutoff?: TimeOfDay | null, };

/**
 * The rules of the one-stop mechanism in force over a period.
 */
export type LegalProfile = { id: ProfileId, revision?: number, name: Words, valid_from: Date, 
/**
 * The last day; absent while in force.
 */
valid_to?: Date | null, forms: Array<OfficialForm>, apology: ApologyRule, on_supplement: OnSupplement, supplement: SupplementRule, 
/**
 * How open dossiers are followed; files from before it was a value say nothing of it: see [`LegalProfile::follow`].
 */
follow?: FollowRule | null, scans: ScanRule, 
/**
 * Tiers of government, from the top.
 */
tiers: Array<Coded>, 
/**
 * Levels of online service; names only, never compared across profiles.
 */
levels: Array<Coded>, legal_basis: Array<Cited>, 
/**
 * Values that an authorised officer looked up, by path: `forms[receipt]`, `scans.max_file_bytes`.
 */
confirmed?: { [key in string]: ValueProvenance }, };

/**
 * What was read where the rules of official papers put it (Nghị định 30/2020/NĐ-CP, phụ lục I): the head on a document's first page, who
 * gets it and who signed on its last. What a page does not say is `null`.
 */
export type LetterheadFound = { 
/**
 * Số, ký hiệu.
 */
number: string | null, 
/**
 * ISO date.
 */
date: string | null, place: string | null, agency: string | null, 
/**
 * The body the agency belongs to.
 */
parent_agency: string | null, 
/**
 * Tên loại văn bản, in capitals; `CÔNG VĂN` for an official letter.
 */
kind: string | null, 
/**
 * Trích yếu.
 */
subject: string | null, 
/**
 * Kính gửi.
 */
addressee: string | null, 
/**
 * Nơi nhận.
 */
recipients: Array<string>, 
/**
 * By what right it is signed: KT., TM., TL. and whom for.
 */
capacity: string | null, 
/**
 * Chức vụ.
 */
position: string | null, signer: string | null, 
/**
 * Where each of them stands, and how sure it is.
 */
fields: Array<FieldFound>, };

/**
 * What can be read in a letterhead (Decree 30/2020, Annex I).
 */
export type LetterheadPart = "number" | "date" | "agency" | "summary" | "signer" | "position" | "addressee";

/**
 * The time limit, which may depend on an answer.
 */
export type LimitRule = "none" | { "fixed": TimeLimit } | { "by_answer": { field: FieldId, cases: { [key in string]: TimeLimit }, } };

/**
 * Whether the hub can be reached: a claim of ours, resting on an answer it signed, never the system's.
 */
export type Link = { "link": "not_enrolled" } | { "link": "unknown" } | { "link": "online", since: Timestamp, } | { "link": "offline", since: Timestamp, fault: Fault, };

/**
 * How a list stands with the hub.
 */
export type ListStanding = { "is": "here" } | { "is": "waiting" } | { "is": "received", at: Timestamp, applied: Array<AppliedBy>, } | { "is": "refused", fault: Fault, } | { "is": "from_hub", agency: string, at: Timestamp, };

/**
 * What asking the hub brought: lists by department and revision.
 */
export type ListsExchanged = { sent: Array<string>, taken: Array<string>, 
/**
 * What could not be taken in, and why.
 */
refused: Array<[string, Fault]>, };

/**
 * A day and a time of day where the agency is.
 */
export type LocalMoment = { date: Date, time: TimeOfDay, };

/**
 * Where a signature was looked for.
 */
export type Looked = "scan" | "digital";

/**
 * Why a value is not well-formed for its field.
 */
export type Malformed = { "kind": "shape", expected: string, } | { "kind": "too_long", max: number, } | { "kind": "control_characters" } | { "kind": "not_a_number" } | { "kind": "too_many_decimals", max: number, } | { "kind": "below_min", min: number, } | { "kind": "above_max", max: number, } | { "kind": "not_a_date" } | { "kind": "no_such_day", day: number, month: number, year: number, } | { "kind": "no_such_month", month: number, } | { "kind": "too_early", limit: PartialDate, } | { "kind": "too_late", limit: PartialDate, } | { "kind": "not_offered", option: string, } | { "kind": "chosen_twice", option: string, } | { "kind": "too_few_choices", min: number, } | { "kind": "too_many_choices", max: number, } | { "kind": "identity", accepts: Array<IdentityKind>, reason: BadNumber, } | { "kind": "phone", reason: BadNumber, } | { "kind": "email" } | { "kind": "document_number" } | { "kind": "pattern", example: string, } | { "kind": "unit_code" } | { "kind": "too_few_rows", min: number, } | { "kind": "too_many_rows", max: number, } | { "kind": "same_row_twice" } | { "kind": "no_answer_here" };

export type ManyAnswer = { "is": "view", "it": ManyView } | { "is": "imported", "it": ManyDone } | { "is": "written", "it": ManyWritten } | { "is": "moved", "it": number } | { "is": "stopping" };

export type ManyCell = { column: number, 
/**
 * The value as the form understands it.
 */
shown: string, problem?: CellProblem, };

export type ManyColumn = { 
/**
 * From 0.
 */
index: number, heading: string, field: string | null, by: MatchedBy, 
/**
 * The first values in it.
 */
samples: Array<string>, };

/**
 * What one import did.
 */
export type ManyDone = { import: ImportId, made: number, 
/**
 * They were there before.
 */
before: number, 
/**
 * Of those made, so many have something wrong in them.
 */
faulty: number, 
/**
 * Not made, because something is wrong in them.
 */
left_out: number, 
/**
 * Not made, because a person stopped it.
 */
not_yet: number, };

export type ManyMissing = { field: string, label: Words, 
/**
 * In how many of the dossiers.
 */
dossiers: number, };

export type ManyProblem = { field: string, label: Words, what: FindingKind, };

/**
 * Many dossiers of one procedure out of the rows of a file.
 */
export type ManyRequest = { "do": "template", procedure: string, file: string, } | { "do": "look", source: ManySource, rows: ManyRows, } | { "do": "import", source: ManySource, with_errors: boolean, } | { "do": "errors", source: ManySource, reasons: Array<RowReason>, file: string, } | { "do": "stop" } | { "do": "undo", import: ImportId, } | { "do": "restore", import: ImportId, };

export type ManyRow = { 
/**
 * As the spreadsheet numbers it.
 */
number: number, 
/**
 * Of the columns that have a field, in their order.
 */
cells: Array<ManyCell>, 
/**
 * What is wrong with the dossier and stands in no cell; told at its first row.
 */
problems: Array<ManyProblem>, 
/**
 * It belongs to the dossier of the row above.
 */
follows: boolean, 
/**
 * The dossier it became.
 */
made: DossierId | null, };

/**
 * Which rows to show.
 */
export type ManyRows = { from: number, limit: number, only_errors: boolean, };

/**
 * A file of rows and how it is to be read.
 */
export type ManySource = { procedure: string, file: string, 
/**
 * Without it, the first a person sees.
 */
sheet: string | null, 
/**
 * The row of the headings, from 1; without it, the one that names most fields.
 */
header: number | null, 
/**
 * The field of each column, `null` for none. Without it, as it was for these headings the last time, and by the headings.
 */
columns: Array<string | null> | null, 
/**
 * Fields by heading, over what was matched; an empty field leaves the column out.
 */
named: Array<[string, string]>, 
/**
 * The column whose value tells which rows belong together: rows with the same value make one dossier, each with a row in its
 * tables. Counts only with `columns`; `key_named` names it by its heading.
 */
key: number | null, key_named: string | null, 
/**
 * A key that was taken in from another file is not taken in again.
 */
across: boolean, 
/**
 * Numbers whose zeros in front were lost get them back.
 */
zeros: boolean, };

/**
 * A field that a column can go into.
 */
export type ManyTarget = { field: string, label: Words, 
/**
 * What tells it from others with the same label: its table, or its section.
 */
under: Words | null, required: boolean, };

/**
 * A file as it would be taken in.
 */
export type ManyView = { procedure: Words, 
/**
 * The file's own name.
 */
file: string, sheets: Array<string>, sheet: string, header: number, columns: Array<ManyColumn>, targets: Array<ManyTarget>, key: number | null, across: boolean, 
/**
 * Rows below the headings.
 */
lines: number, 
/**
 * Dossiers they make, those of them in which something is wrong, and those that are made already.
 */
dossiers: number, faulty: number, before: number, 
/**
 * Of those that are not made yet: nothing is wrong in so many, something in so many.
 */
to_make: number, to_mend: number, 
/**
 * Rows of dossiers in which something is wrong.
 */
faulty_lines: number, 
/**
 * Numbers whose zeros in front were lost.
 */
zeros_lost: number, 
/**
 * Fields that must be answered and have no column.
 */
missing: Array<ManyMissing>, 
/**
 * What was taken in from this file and can be undone.
 */
import: ImportId | null, rows: Array<ManyRow>, 
/**
 * How many rows there are to show.
 */
total: number, };

export type ManyWritten = { file: string, rows: number, };

/**
 * How a column found its field.
 */
export type MatchedBy = "person" | "remembered" | "heading" | "similar" | "nothing";

/**
 * Who is signed in.
 */
export type Me = { account: AccountId, 
/**
 * The sign-in name.
 */
sign_in_name: string, 
/**
 * Họ và tên.
 */
name: string, agency: AgencyCode, 
/**
 * Of the unit; none for a person of the whole agency.
 */
unit: string | null, roles: Array<Role>, 
/**
 * Nothing but changing the password is allowed.
 */
must_change: boolean, 
/**
 * What runs out, and was not acknowledged yet.
 */
notices: Array<ExpiryNotice>, };

/**
 * When a component is needed.
 */
export type Need = "mandatory" | { "conditional": { when: Expr, 
/**
 * The same condition for people: *nếu có*.
 */
words: Words, } } | "optional";

/**
 * How it stands now.
 */
export type NetworkNow = { 
/**
 * The limit in force, in kB a second.
 */
limit: number | null, 
/**
 * Why nothing is sent by itself.
 */
waits: Waits | null, };

/**
 * What a person said about the network here. Without a word: as fast as it goes, at any hour.
 */
export type NetworkUse = { speed: Speed, 
/**
 * Hours of every day with a speed of their own; the first that holds counts.
 */
hours: Array<Hours>, 
/**
 * Paid by volume: nothing is sent unless a person asks.
 */
metered: boolean, proxy: ProxyUse | null, };

/**
 * A draft of something that was never published here.
 */
export type NewDraft = { kind: EntryKind, code: string, updated_at: Timestamp, };

/**
 * Something the hub told of a dossier.
 */
export type NewsLine = { dossier: DossierId, event: Event, state: State, };

export type NoPaperAnswer = { "is": "lists", "it": Array<NoPaperView> } | { "is": "list", "it": NoPaperView } | { "is": "printed", "it": string } | { "is": "exchanged", "it": ListsExchanged } | { "is": "taken", "it": Array<TakenLine> } | { "is": "gate", "it": GateView } | { "is": "noted" } | { "is": "visits", "it": GateReport };

export type NoPaperLine = { procedure: ProcedureCode, 
/**
 * The first day without paper.
 */
from: Date, 
/**
 * Which text orders it: *Văn bản 5436/UBND-VP ngày 16/5/2022*.
 */
basis: string, 
/**
 * Where paper is taken all the same: *trường hợp hệ thống bị gián đoạn*. Empty for nowhere.
 */
except?: string, };

/**
 * One department's list in one revision. An approved revision is never changed; the next one takes its place.
 */
export type NoPaperList = { 
/**
 * The department, as it signs.
 */
department: string, revision: number, lines: Array<NoPaperLine>, 
/**
 * Absent while it is a draft.
 */
approval?: Approval | null, };

export type NoPaperRequest = { "do": "lists" } | { "do": "save", department: string, lines: Array<NoPaperLine>, } | { "do": "discard", department: string, } | { "do": "approve", department: string, approval: Approval, } | { "do": "import", file: string, } | { "do": "export", department: string, file: string, } | { "do": "send", department: string, } | { "do": "exchange" } | { "do": "print", department: string, revision: number | null, file: string, } | { "do": "taken" } | { "do": "gate", procedure: string, } | { "do": "guide", procedure: string, who: string, file: string, } | { "do": "visit", procedure: string, who: string, helped: boolean, reason: string, } | { "do": "visits", from: Date, to: Date, };

/**
 * Since when a procedure takes no paper, and on whose word.
 */
export type NoPaperSince = { since: Date, basis: string, except: string, 
/**
 * Of the list; none where the procedure's own data says so.
 */
department: string | null, approval: Approval | null, };

export type NoPaperView = { list: NoPaperList, saved_at: Timestamp, saved_by: string, 
/**
 * The revision that counts: the newest approved one of its department, of those the hub did not refuse.
 */
in_force: boolean, hub: ListStanding, };

/**
 * Something changed that a screen may show.
 */
export type Notice = { "notice": "progress", progress: Progress, } | { "notice": "digitising", dossier: DossierId, document: DocumentId, done: number, total: number, } | { "notice": "document", dossier: DossierId, document: DocumentId, } | { "notice": "stack", stack: StackId, taking: boolean, done: number, total: number, } | { "notice": "hot_folder" } | { "notice": "sending", dossier: DossierId, sent: number, total: number, } | { "notice": "outbox" } | { "notice": "news", dossiers: Array<DossierId>, } | { "notice": "lists" } | { "notice": "link" } | { "notice": "account" } | { "notice": "closing" };

/**
 * That a field is a part of what is known of somebody.
 */
export type OfPerson = { 
/**
 * Who it is in this form, by a name of the form's own: `requester`, `mother`, `applicant`.
 */
who: FieldId, part: PersonPart, };

/**
 * Something that can be taken into a form.
 */
export type Offer = { "of": "suggestion", key: string, } | { "of": "card", code: string, } | { "of": "person", person: PersonId, };

/**
 * A dossier's official code (*mã số hồ sơ*), given by the hub or by another system. Codes of the known shape
 * (`<agency>-<yymmdd or yyyymmdd>-<3–8 digits>`) can be taken apart; any other printable text of up to 64 characters
 * is carried as it is, because some branches have shapes of their own (`03706/2026/07906`).
 */
export type OfficialCode = string;

/**
 * An official form. Its number changes from one regime to the next; its id does not.
 */
export type OfficialForm = { id: OfficialFormId, 
/**
 * As printed: `01`.
 */
number: string, title: Words, paper: Paper, 
/**
 * Somebody read this title and number in the text of the law.
 */
verified: boolean, };

/**
 * The stable ids of the forms of the one-stop mechanism.
 */
export type OfficialFormId = "receipt" | "supplement" | "refusal" | "apology" | "stop_notice" | "control_sheet" | "register";

/**
 * What a supplement does to the time limit.
 */
export type OnSupplement = "restart" | "pause";

/**
 * A dossier on screen.
 */
export type OpenView = { procedure: Procedure, form: Form, sheet: Sheet, 
/**
 * The section of the form that a person was in last.
 */
left: string | null, };

/**
 * What can be asked of a dossier beside its words.
 */
export type Operator = "state" | "due" | "procedure" | "unit";

/**
 * An organisation as it signs.
 */
export type Organisation = { name: string, agency?: AgencyCode | null, tax_code?: string | null, };

/**
 * The thing an answer came from.
 */
export type Origin = { "kind": "page", document: DocumentId, page: PageId, } | { "kind": "person", person: PersonId, } | { "kind": "dossier", dossier: DossierId, } | { "kind": "template", template: TemplateId, };

/**
 * One submission in the outbox.
 */
export type OutboxLine = { dossier: DossierId, 
/**
 * The code it goes by until the hub gives it its own.
 */
code: string | null, applicant: string, files: number, title: string, 
/**
 * `pending`, `running`, `waiting`, `quarantined`.
 */
state: string, bytes_sent: number, bytes: number, attempt: number, not_before: Timestamp | null, queued_at: Timestamp, 
/**
 * It was sealed into this parcel too, and no receipt has come.
 */
sealed?: SealedInto | null, fault?: Fault | null, };

/**
 * The PDF that was made.
 */
export type OutputReport = { path: string, bytes: number, pages: number, 
/**
 * `2u`, or nothing for a signed file that was passed on as it is.
 */
pdfa: string | null, };

/**
 * The organisation that prepares dossiers here, and who does it, as typed; what is empty is not known.
 */
export type OwnProfile = { name: string, tax_code: string, address: string, phone: string, email: string, clerk: string, position: string, };

export type PackStanding = "interrupted" | "written" | "filed";

/**
 * A pack that may be, or was, filed.
 */
export type PackView = { portal: string, name: Words, 
/**
 * The procedure's own page there, where one is known.
 */
link: string | null, standing: PackStanding, 
/**
 * The folder or file it was written as.
 */
place: string, files: Array<PackedFile>, bytes: number, 
/**
 * What lies beside the files: the sheet of answers, for people and to be copied from.
 */
sheets: Array<string>, made_at: Timestamp, reason: string, code: string | null, filed_on: Date | null, slip: string | null, };

/**
 * One file of a pack.
 */
export type PackedFile = { name: string, component: string, title: string, 
/**
 * Nobody has counted those of a file that goes as it came.
 */
pages: number | null, bytes: number, sha256: Digest, 
/**
 * Made at this resolution, lower than the dossier's own, so that it fits; dots per inch.
 */
reduced_to: number | null, 
/**
 * Which part of how many, where the whole is over the limit.
 */
part: [number, number] | null, };

/**
 * What a page is kept in.
 */
export type PageColour = "bw" | "gray" | "colour";

/**
 * How many pages a paper has, both included; no limit where there is none.
 */
export type PageCount = { min?: number | null, max?: number | null, };

/**
 * A page and what a person decided about it.
 */
export type PageDecision = { page: PageId, edits: PageEdits, };

/**
 * What a person has decided about a page; what is not said is decided by what was found.
 */
export type PageEdits = { 
/**
 * Clockwise degrees by which the content is turned as it came in: 0, 90, 180 or 270.
 */
orientation: number | null, 
/**
 * Whether it belongs into the PDF.
 */
keep: boolean | null, 
/**
 * Corners of the sheet in source pixels, clockwise. Two pages of one frame are its two halves by this.
 */
quad: [[number, number], [number, number], [number, number], [number, number]] | null, 
/**
 * The content's clockwise rotation in the source, degrees.
 */
skew_deg: number | null, colour: PageColour | null, 
/**
 * Steps by which the kept picture is darker, below 0 lighter.
 */
darker: number, words: Array<WordEdit>, };

/**
 * One page: a source, a frame of it, and a list of edits.
 */
export type PageId = string;

/**
 * What a page is.
 */
export type PageKind = "content" | "blank" | "unreadable" | "missing";

/**
 * One page; the fields and their units are those of the command line's documentation.
 */
export type PageReport = { 
/**
 * Index into the report's files.
 */
file: number, source: string, frame: number, width: number, height: number, 
/**
 * Pixels of the picture that is kept.
 */
kept: [number, number], 
/**
 * It brings its own text: no scan, and no resolution to speak of.
 */
born_digital: boolean, dpi: [number, number], orientation: number, orientation_sure: boolean, skew_deg: number, quad: [[number, number], [number, number], [number, number], [number, number]] | null, blank: boolean, 
/**
 * Share of the sheet covered by ink; 0 of a page that is no scan.
 */
ink: number, colour: string, separator: boolean, codes: Array<CodeFound>, 
/**
 * It looks like two pages side by side.
 */
double: DoubleFound | null, letterhead: LetterheadFound | null, text: string, words: number, 
/**
 * Words worth a look, see `page_words`.
 */
doubts: number, 
/**
 * What a person said of words that were not found again when it was made; it is in no text until it is said of another.
 */
lost_words?: Array<WordEdit>, mean_confidence: number, 
/**
 * Bytes of the page's picture in the PDF; 0 when the page is left out of it.
 */
bytes: number, warnings: Array<string>, secrecy_mark?: string | null, 
/**
 * What a person had decided of it when it was made.
 */
edits: PageEdits, };

/**
 * A page of a document. Its picture is asked for by `picture`, its page in the finished PDF by `made`.
 */
export type PageView = { 
/**
 * Nothing while the document is not digitised: then nothing can be decided about it either.
 */
id: PageId | null, position: number, picture: PictureName, 
/**
 * Nothing when it is left out of the PDF, or the document was never digitised. As it was made with the edits its findings
 * name; what was decided since is on its way.
 */
made: PictureName | null, 
/**
 * Left out of the PDF: blank, a separator, or taken out by a person.
 */
removed: boolean, edits: PageEdits, found: PageReport | null, };

/**
 * The pages of a document as they are to stand.
 */
export type PagesOf = { 
/**
 * Nothing for a document that is to be made, beside the one named before it: like that one, or where `place` says.
 */
document: DocumentId | null, place: ComponentPlace | null, 
/**
 * In order. A document left without any is put away, and comes back when it is given some again.
 */
pages: Array<PageId>, };

export type Paper = "A4" | "A5";

/**
 * What a paper is that is put into a [`FileSlot`].
 */
export type PaperKind = "original" | "certified_copy" | "photo";

/**
 * A kind of paper, the same in every procedure that asks for it.
 */
export type PaperKindCode = string;

export type ParcelAnswer = { "is": "made", "it": ParcelMade } | { "is": "taken", "it": Array<ReplyTaken> } | { "is": "carried", "it": Array<ParcelCarried> } | { "is": "shown", "it": ParcelShown } | { "is": "stopping" };

/**
 * A parcel of another computer, and the reply to it.
 */
export type ParcelCarried = { file: string, 
/**
 * Where the reply lies.
 */
reply: string | null, fault?: Fault | null, };

/**
 * One parcel: submissions sealed into one file, to be carried to the hub by hand.
 */
export type ParcelId = string;

/**
 * A parcel that stands at its place.
 */
export type ParcelMade = { parcel: ParcelId, file: string, bytes: number, made_at: Timestamp, dossiers: Array<DossierId>, 
/**
 * What waits on, each with its reason.
 */
left_out: Array<LeftOut>, };

export type ParcelRequest = { "do": "make", file: string, dossiers: Array<DossierId>, what_fits: boolean, } | { "do": "stop" } | { "do": "take", files: Array<string>, } | { "do": "carry", files: Array<string>, } | { "do": "show", file: string, };

export type ParcelShown = { parcel: ParcelId, made_at: Timestamp, submissions: number, 
/**
 * Of the file.
 */
bytes: number, hub: string, 
/**
 * Whether it is for the hub that this computer is enrolled with; nothing before it is.
 */
our_hub: boolean | null, 
/**
 * Whether it was made on this computer.
 */
ours: boolean, };

/**
 * The parts of a working station.
 */
export type Part = "profile" | "encryption" | "disk_space" | "workers" | "text_reader" | "catalogue" | "hub" | "clock";

export type PartState = "growing" | "asks" | "ready" | "left_out" | "filed" | "nothing";

/**
 * A date of which the day, or the month and the day, may be unknown, as papers often have it (year of birth only).
 * As text ISO: `1975`, `1975-03`, `1975-03-21`.
 */
export type PartialDate = string;

/**
 * The shape of a whole line, such as a register number `TP/1234-KS`.
 */
export type Pattern = { parts: Array<PatternPart>, 
/**
 * A line of this shape, shown to who typed another.
 */
example: string, };

/**
 * One part of a pattern. The numbers say how often, at least and at most.
 */
export type PatternPart = { "literal": string } | { "one_of": Array<string> } | { "digits": [number, number] } | { "capitals": [number, number] } | { "letters": [number, number] } | { "any": [number, number] };

/**
 * One person or organisation of the personal store.
 */
export type PersonId = string;

/**
 * What can be known of a person or an organisation.
 */
export type PersonPart = "name" | "organisation" | "number" | "birth" | "sex" | "ethnicity" | "nationality" | "address" | "phone" | "email" | "position";

export type PersonText = { part: PersonPart, text: string, };

/**
 * Somebody of the personal store.
 */
export type PersonView = { id: PersonId, name: string, 
/**
 * As shown and typed, in the order of [`PersonPart`].
 */
parts: Array<PersonText>, consent: Consent, updated: Timestamp, };

/**
 * A limit beside the time limit, from an event of its own.
 */
export type Phase = { 
/**
 * What happens in it: *bàn giao, tiếp nhận tài sản*.
 */
name: Words, 
/**
 * From when it counts, or in which case there is one: *kể từ ngày có quyết định*.
 */
starts: Words, limit: TimeLimit, };

/**
 * What a picture shows: a frame of a stored file, or a page of a stored PDF.
 */
export type PictureName = { 
/**
 * The name of the content, which says nothing of it: 64 hexadecimal digits.
 */
blob: string, 
/**
 * From 0.
 */
frame: number, };

/**
 * Where to go to put it right.
 */
export type Place = { "kind": "field", field: FieldId, row: RowId | null, } | { "kind": "component", component: ComponentCode, row: RowId | null, } | { "kind": "page", component: ComponentCode, row: RowId | null, at: AtPage, } | { "kind": "dossier" };

/**
 * One portal in one revision.
 */
export type Portal = { 
/**
 * `dvc-tinh`: letters, digits, `.`, `_` and `-`.
 */
id: string, revision?: number, name: Words, 
/**
 * Where it begins; `https://` only.
 */
address: string, 
/**
 * Where a procedure is filed; `{procedure}` stands for its code. Without one, the address.
 */
link?: string | null, 
/**
 * Of procedures that stand elsewhere: by code.
 */
links?: { [key in string]: string }, limits: PortalLimits, 
/**
 * The shapes of the codes it gives.
 */
codes: Array<Pattern>, 
/**
 * Whom to ask about the portal.
 */
support?: Array<SupportContact>, provenance: Provenance, };

export type PortalAnswer = { "is": "list", "it": Array<Portal> } | { "is": "imported", "it": Portal } | { "is": "standing", "it": PortalStanding } | { "is": "sheet", "it": CopySheet } | { "is": "slip", "it": SlipRead };

/**
 * What a portal takes.
 */
export type PortalLimits = { 
/**
 * The largest file, in bytes.
 */
file_bytes: number, 
/**
 * All files together, in bytes.
 */
total_bytes?: number | null, 
/**
 * The most files of a dossier.
 */
files?: number | null, 
/**
 * Media types that are taken.
 */
types: Array<string>, 
/**
 * The longest name of a file, extension included, in characters.
 */
name_chars: number, 
/**
 * What may stand in a name beside the letters A–Z, a–z and digits, such as `._-`. The point before the extension always may.
 */
name_marks: string, };

export type PortalRequest = { "do": "list" } | { "do": "import", file: string, } | { "do": "show", dossier: DossierId, } | { "do": "sheet", dossier: DossierId, } | { "do": "pack", dossier: DossierId, portal: string, folder: string, zip: boolean, reason: string, } | { "do": "withdraw", dossier: DossierId, reason: string, } | { "do": "send_too", dossier: DossierId, reason: string, } | { "do": "read_slip", dossier: DossierId, file: string, } | { "do": "filed", dossier: DossierId, code: string, on: Date | null, slip: string | null, sure: boolean, } | { "do": "seen", dossier: DossierId, state: State, due: Date | null, note: string, };

/**
 * How a dossier stands with the portals.
 */
export type PortalStanding = { dossier: DossierId, state: State, pack: PackView | null, };

/**
 * What is not said stays as it is for everybody.
 */
export type Preferences = { language: Language, theme: Theme, 
/**
 * Of text, in tenths of a percent: 1000, 1125, 1250 or 1500.
 */
size: number, density: Density, };

/**
 * What is known before anybody types.
 */
export type Prefill = "own_organisation" | "clerk" | "today" | "card_number" | "card_name" | "card_birth" | "card_sex" | "card_address";

/**
 * A paper that was printed into a file.
 */
export type Printed = { file: string, };

/**
 * What can be wrong with a data file.
 */
export type Problem = { "kind": "malformed", line: number, column: number, message: string, } | { "kind": "unknown_key", key: string, known: string, } | { "kind": "missing_key", key: string, } | { "kind": "bad_shape", expected: string, found: string, } | { "kind": "unreadable", message: string, } | { "kind": "unknown_folder" } | { "kind": "bad_key", key: string, } | { "kind": "bad_words" } | { "kind": "duplicate", key: string, } | { "kind": "unknown_field", field: FieldId, } | { "kind": "not_in_this_row", field: FieldId, } | { "kind": "inside_group", field: FieldId, } | { "kind": "not_a_group", field: FieldId, } | { "kind": "nested_group" } | { "kind": "nested_aggregate" } | { "kind": "unknown_option", field: FieldId, option: string, } | { "kind": "wrong_type", expected: string, found: string, } | { "kind": "too_deep", limit: number, } | { "kind": "too_long", limit: number, } | { "kind": "cycle", fields: Array<FieldId>, } | { "kind": "empty_range" } | { "kind": "empty" } | { "kind": "bad_pattern" } | { "kind": "empty_validity", from: Date, to: Date, } | { "kind": "missing", what: string, key: string, } | { "kind": "bad_revision" } | { "kind": "steps_too_long", hours: number, limit: number, } | { "kind": "day_out_of_place", day: Date, };

/**
 * An administrative procedure (*thủ tục hành chính*) in one revision.
 */
export type Procedure = { code: ProcedureCode, revision: number, name: Words, 
/**
 * *Lĩnh vực*.
 */
field: Coded, 
/**
 * Codes of the legal profile's tiers at which it is handled.
 */
tiers: Array<string>, applicants: Array<ApplicantKind>, channels: Array<Channel>, 
/**
 * A code of the legal profile's levels of online service.
 */
level: string, 
/**
 * From this day on, no paper intake (Bà Rịa–Vũng Tàu 5436/UBND-VP and its like).
 */
online_only_from?: Date | null, components: Array<Component>, 
/**
 * *Số bộ hồ sơ*.
 */
sets: number, time_limit: LimitRule, 
/**
 * What has a limit of its own beside `time_limit`: a handover after the decision, a check that not every dossier needs.
 */
phases?: Array<Phase>, 
/**
 * Steps inside the agency, in order.
 */
steps?: Array<Step>, fees?: Array<Fee>, results: Array<Coded>, form: FormRevision, 
/**
 * Of people or business that lists, screens for the public and messages do not name.
 */
confidential?: boolean, legal_basis: Array<Cited>, 
/**
 * What else an applicant should know.
 */
notes?: Array<Words>, valid_from: Date, valid_to?: Date | null, profile: ProfileId, provenance: Provenance, };

/**
 * A procedure's code: national (`1.004194`), localised (`1.011442.000.00.00.H38`), or ours for internal procedures
 * that have none (`NB-03`).
 */
export type ProcedureCode = string;

/**
 * A line of the catalogue.
 */
export type ProcedureLine = { code: string, revision: number, name_vi: string, name_en: string, 
/**
 * The field it belongs to, such as *Hộ tịch*.
 */
field_vi: string, field_en: string, provenance: ProvenanceStatus, components: number, 
/**
 * How many of its values somebody should still look up: a procedure read in the law may have a fee that nobody confirmed.
 */
unconfirmed: number, };

/**
 * A legal profile, such as `one-stop-2025`.
 */
export type ProfileId = string;

/**
 * How far a job is: pages, or KiB of a dossier on its way. At most ten of these a second reach a window.
 */
export type Progress = { done: number, 
/**
 * Pages known so far; it grows while files are opened.
 */
total: number, file: string, };

/**
 * How far to trust a procedure.
 */
export type Provenance = { status: ProvenanceStatus, 
/**
 * Where it was read.
 */
source: string, confirmed?: Confirmation | null, 
/**
 * Values that stand differently from the whole, by path: `time_limit`, `components[NB-03.02].originals`. What stands in a list is
 * named by its own code; files from before that name it by its number from 0.
 */
values?: { [key in string]: ValueProvenance }, };

export type ProvenanceStatus = "real" | "unverified" | "superseded" | "illustrative";

/**
 * The office's proxy, where it is not the system's own setting or asks for a login.
 */
export type ProxyUse = { 
/**
 * `http://proxy.xa.vn:3128`
 */
url: string, 
/**
 * Empty: it asks for none. The password is kept apart and never told.
 */
name: string, };

export type RebaseLine = { field: string, row: string | null, label_vi: string, label_en: string, 
/**
 * As it was answered.
 */
value: string, 
/**
 * Why it is set aside.
 */
reason: SetAsideReason | null, };

/**
 * What becomes, or became, of a draft under the newest revision.
 */
export type RebaseView = { dossier: DossierId, from: number, 
/**
 * The same as `from` where there is nothing newer.
 */
to: number, 
/**
 * It was done, and not only shown.
 */
applied: boolean, kept: number, moved: Array<RebaseLine>, set_aside: Array<RebaseLine>, 
/**
 * Components of its papers that the new revision does not have.
 */
components_gone: Array<string>, };

/**
 * A transmission receipt. The signature is over the RFC 8785 bytes of all other members.
 */
export type Receipt = { version: number, hub_id: HubId, 
/**
 * Which key signed.
 */
key: Fingerprint, submission: SubmissionId, dossier: DossierId, agency: AgencyCode, 
/**
 * The official code, given by the hub.
 */
code: OfficialCode, 
/**
 * By the hub's clock: the time that counts.
 */
received_at: Timestamp, manifest_sha256: Digest, 
/**
 * How many files the manifest names, and their bytes together.
 */
files: number, bytes: number, 
/**
 * Whom to call; empty when the hub has none configured.
 */
support_number: string, signature: Signature, };

/**
 * A transmission receipt, its signature checked.
 */
export type ReceiptView = { receipt: Receipt, 
/**
 * Its manifest hash is that of what this computer sent (`None`: nothing of it is known here).
 */
ours: boolean | null, 
/**
 * Why it was taken back here before its receipt came: what was changed since is not at the hub.
 */
taken_back?: string | null, 
/**
 * Files written on request.
 */
saved: Array<string>, };

/**
 * A paper that was put away and can come back until it is destroyed.
 */
export type RemovedPaper = { document: DocumentView, 
/**
 * From then on it may be destroyed at any time.
 */
until: Timestamp, };

export type ReplyLine = { dossier: DossierId, 
/**
 * The code it goes by: the hub's once it is receipted.
 */
code: string | null, title: string, news: ReplyNews, 
/**
 * Why it was refused, or not taken then.
 */
fault?: Fault | null, };

export type ReplyNews = "receipted" | "taken_back" | "known" | "refused" | "later";

/**
 * What one reply brought.
 */
export type ReplyTaken = { file: string, parcel: ParcelId | null, lines: Array<ReplyLine>, 
/**
 * Why nothing of it was taken.
 */
fault?: Fault | null, };

/**
 * What came of it: the report of `hosoctl digitise`.
 */
export type Report = { files: Array<FileReport>, pages: Array<PageReport>, 
/**
 * What the pages say together of the document they make; of several documents, the first.
 */
letterhead: LetterheadFound | null, output: OutputReport | null, 
/**
 * Wall seconds by stage, summed over pages and workers.
 */
seconds: { [key in string]: number }, };

/**
 * What can be asked for.
 */
export type Request = { "ask": "about" } | { "ask": "doctor" } | { "ask": "digitise", inputs: Array<string>, output: string | null, report: string | null, ocr: boolean, keep_blank: boolean, min_dpi: number, } | { "ask": "procedure_list" } | { "ask": "procedure_show", procedure: string, } | { "ask": "procedure_import", files: Array<string>, } | { "ask": "catalogue", what: CatalogueRequest, } | { "ask": "many", what: ManyRequest, } | { "ask": "no_paper", what: NoPaperRequest, } | { "ask": "parcel", what: ParcelRequest, } | { "ask": "portal", what: PortalRequest, } | { "ask": "due_on", procedure: string, received: LocalMoment, case: string | null, } | { "ask": "units_find", find: string, day: Date | null, limit: number, } | { "ask": "unit_children", parent: string | null, day: Date, } | { "ask": "unit_at", code: string, day: Date, } | { "ask": "address_read", typed: string, day: Date, } | { "ask": "form_check", file: string, } | { "ask": "form_blank", procedure: string, file: string, } | { "ask": "dossier_new", procedure: string, practice: boolean, } | { "ask": "filling", what: FillingRequest, } | { "ask": "reuse", what: ReuseRequest, } | { "ask": "dossier_open", dossier: DossierId, } | { "ask": "dossier_fill", dossier: DossierId, values: Array<Filled>, } | { "ask": "dossier_discard", dossier: DossierId, } | { "ask": "dossier_restore", dossier: DossierId, } | { "ask": "dossier_set", dossier: DossierId, answers: Array<[string, string]>, } | { "ask": "dossier_attach", dossier: DossierId, component: string, row: string | null, files: Array<string>, as_is: boolean, 
/**
 * Answers once the papers are safe; they are digitised in the background.
 */
later: boolean, } | { "ask": "dossier_attach_example", dossier: DossierId, component: string, } | { "ask": "dossier_remove", dossier: DossierId, document: DocumentId, } | { "ask": "document_discard", document: DocumentId, } | { "ask": "document_restore", document: DocumentId, } | { "ask": "document_move", document: DocumentId, component: string, row: string | null, } | { "ask": "document_pages", document: DocumentId, } | { "ask": "pages_edit", pages: Array<PageDecision>, } | { "ask": "pages_arrange", documents: Array<PagesOf>, } | { "ask": "page_divide", first: PageDecision, second: PageEdits, second_id: PageId | null, } | { "ask": "pages_unite", first: PageDecision, page: PageId, } | { "ask": "page_words", document: DocumentId, page: PageId, } | { "ask": "dossier_check", dossier: DossierId, } | { "ask": "dossier_submit", dossier: DossierId, } | { "ask": "dossier_reopen", dossier: DossierId, reason: string | null, } | { "ask": "dossier_retry", dossier: DossierId, } | { "ask": "dossier_show", dossier: DossierId, } | { "ask": "dossier_list", limit: number, before: number | null, 
/**
 * Only these; all when empty.
 */
states: Array<State>, find: string, } | { "ask": "dossier_summary", dossier: DossierId, file: string, } | { "ask": "dossier_rebase", dossier: DossierId, apply: boolean, } | { "ask": "dossier_export", dossier: DossierId, folder: string, } | { "ask": "cover_sheets", dossier: DossierId, sheets: Array<SheetWanted>, folder: string, } | { "ask": "stack_take", files: Array<string>, } | { "ask": "stack_list" } | { "ask": "stack_show", stack: StackId, } | { "ask": "stack_examine", stack: StackId, } | { "ask": "stack_decide", stack: StackId, decisions: Array<StackDecided>, } | { "ask": "stack_take_out", stack: StackId, at: StackAt, out: boolean, } | { "ask": "stack_file", stack: StackId, declared: boolean, } | { "ask": "stack_unfile", stack: StackId, documents: Array<DocumentId>, } | { "ask": "stack_discard", stack: StackId, } | { "ask": "stack_restore", stack: StackId, } | { "ask": "hot_folder" } | { "ask": "hot_folder_set", folder: string | null, } | { "ask": "hot_folder_delete", delete: boolean, } | { "ask": "enrol", enrolment: Secret, } | { "ask": "send", wait: boolean, } | { "ask": "account", what: AccountRequest, } | { "ask": "outbox" } | { "ask": "events" } | { "ask": "receipt_show", dossier: DossierId, save: string | null, } | { "ask": "receipt_verify", file: string, } | { "ask": "status" } | { "ask": "hold", work: Work, held: boolean, } | { "ask": "network" } | { "ask": "set_network", network: NetworkUse, proxy_password: Secret | null, } | { "ask": "preferences" } | { "ask": "set_preferences", preferences: Preferences, } | { "ask": "backup", file: string, passphrase: Secret, } | { "ask": "restore", file: string, passphrase: Secret, };

/**
 * Whether the same request can succeed later.
 */
export type Retry = "no" | "now" | "later";

/**
 * What lets a paper that was filed before serve again.
 */
export type Reuse = { 
/**
 * Its kind, by a name that all procedures use alike: `health_certificate`.
 */
kind: PaperKindCode, 
/**
 * Whom of the form it is about; without it, whose dossier it is.
 */
about?: FieldId | null, };

export type ReuseAnswer = { "is": "offered", "it": Array<EarlierPaper> } | { "is": "taken", "it": DocumentView };

/**
 * A question about papers of earlier dossiers.
 */
export type ReuseRequest = { "do": "offered", dossier: DossierId, } | { "do": "take", dossier: DossierId, component: ComponentCode, document: DocumentId, expired: boolean, };

export type RevisionLine = { kind: EntryKind, code: string, revision: number, sha256: Digest, origin: RevisionOrigin, 
/**
 * Who brought or published it; empty for what ships.
 */
by: string, at: Timestamp | null, 
/**
 * Why it was published; empty where nobody said.
 */
reason: string, valid_from: Date | null, 
/**
 * The one that counts today.
 */
counts: boolean, };

/**
 * Where a revision came from.
 */
export type RevisionOrigin = "shipped" | "imported" | "published" | "hub" | "kept";

/**
 * What a person is in the agency; one person may be several.
 */
export type Role = "clerk" | "desk_officer" | "handling_officer" | "leader" | "inspector" | "helper" | "administrator";

/**
 * One row of a repeated group.
 */
export type Row = { id: RowId, answers: { [key in FieldId]: GivenAnswer }, };

/**
 * A row of a repeated group. It is made once (a UUID) and stays when rows move, so papers can point at it.
 */
export type RowId = string;

/**
 * What is wrong in a row, in the person's words.
 */
export type RowReason = { 
/**
 * As the spreadsheet numbers it.
 */
row: number, reason: string, };

/**
 * How much of a page's colour is kept.
 */
export type ScanColour = "as_found" | "grey";

/**
 * What a digitised paper must be like, and how it is made smaller where it is too large.
 */
export type ScanRule = { 
/**
 * Pages below this resolution are pointed out; dots per inch.
 */
min_dpi: number, 
/**
 * Resolutions of the kept picture, from the best to the least: a document over the limit goes down step by step, and is cut into
 * parts when the last step does not help.
 */
dpi_steps: Array<number>, 
/**
 * The largest file that receiving systems take, in bytes.
 */
max_file_bytes: number, 
/**
 * Room to leave for each signature to come, in bytes, and how many are to come.
 */
signature_bytes: number, signatures: number, 
/**
 * The most pages of one file.
 */
max_pages: number, 
/**
 * What colours are kept.
 */
colour: ScanColour, verified: boolean, };

/**
 * A parcel that a submission was sealed into, while there is no receipt.
 */
export type SealedInto = { parcel: ParcelId, made_at: Timestamp, file: string, };

/**
 * What must not be seen in a log: shown as nothing by `Debug`, wiped when dropped.
 */
export type Secret = string;

/**
 * A part of a form under a heading: one page at a kiosk.
 */
export type Section = { id: FieldId, title: Words, 
/**
 * What to know before filling it in.
 */
help?: Words | null, visible_if?: Expr | null, fields: Array<Field>, };

/**
 * Where something was read.
 */
export type Seen = { document: DocumentId, page: PageId, title: string, 
/**
 * Among the pages that are sent, from 1.
 */
number: number, 
/**
 * The page's picture, where there is one to show.
 */
picture: PictureName | null, 
/**
 * Of the kept picture, in pixels.
 */
size: [number, number], 
/**
 * Left, top, width and height in pixels of the kept picture; none where nobody knows where on the page.
 */
box: [number, number, number, number] | null, };

/**
 * What one `send` did.
 */
export type Sent = { 
/**
 * Dossiers receipted in this run.
 */
receipted: Array<SentLine>, 
/**
 * Still in the outbox, with the reason.
 */
waiting: Array<OutboxLine>, };

export type SentLine = { dossier: DossierId, code: string, };

export type SetAsideReason = "gone" | "does_not_fit" | "calculated" | "taken";

export type Sex = "male" | "female";

/**
 * How much of the old unit went into the new one.
 */
export type Share = "whole" | "main_part" | "part";

/**
 * What changes of a dossier on screen while it is filled in.
 */
export type Sheet = { dossier: DossierView, 
/**
 * What the form's rules say of each field, after a group of each of its cells.
 */
fields: Array<FieldState>, findings: Findings, 
/**
 * When this stood on the disk.
 */
saved_at: Timestamp, };

export type SheetPrinted = { number: number, component: string, row: string | null, pages: number | null, };

/**
 * Which sheet is wanted.
 */
export type SheetWanted = { component: string, 
/**
 * For which row of its table: its id, or its number from 1; every row when nothing is said.
 */
row: string | null, 
/**
 * How many pages will follow, blank ones not counted; `None` = not counted.
 */
pages: number | null, };

/**
 * Whose digital signature the electronic copy carries.
 */
export type Sign = "none" | "agency" | "person";

/**
 * An Ed25519 signature; as text, 86 characters of base64url without padding.
 */
export type Signature = string;

/**
 * A step that was passed over.
 */
export type Skipped = { step: number, reason: string, };

export type SlipCode = { code: string, 
/**
 * Out of a QR or bar code, or a PDF's own text, which cannot be misread.
 */
certain: boolean, };

/**
 * What was found in a slip.
 */
export type SlipRead = { 
/**
 * The likeliest first.
 */
codes: Array<SlipCode>, };

/**
 * Where an answer came from.
 */
export type Source = "typed" | "ocr" | "qr_card" | "previous_dossier" | "catalogue" | "import" | "personal_store" | "profile" | "template";

export type Speed = { "speed": "full" } | { "speed": "limited", kb: number, } | { "speed": "paused" };

/**
 * A page's place in its stack.
 */
export type StackAt = { 
/**
 * Index into the stack's files.
 */
file: number, 
/**
 * Frame of the file, from 0.
 */
frame: number, };

/**
 * A decision about a part; none = it is undecided again.
 */
export type StackDecided = { at: StackAt, 
/**
 * How many pages the part had when the person decided: it is not decided about pages nobody was shown. None = whatever it has.
 */
pages: number | null, decision: StackDecision | null, };

/**
 * What a person decides about a part.
 */
export type StackDecision = { "decision": "accept" } | { "decision": "put", dossier: DossierId, component: string, row: string | null, } | { "decision": "leave_out" };

/**
 * Why a part is not filed without being asked about.
 */
export type StackDoubt = { "doubt": "no_sheet" } | { "doubt": "taken_out" } | { "doubt": "damaged_sheet" } | { "doubt": "foreign_sheet" } | { "doubt": "unknown_dossier" } | { "doubt": "unknown_place" } | { "doubt": "not_editable", state: State, } | { "doubt": "repeated_sheet" } | { "doubt": "wrong_count", expected: number, found: number, } | { "doubt": "no_pages" } | { "doubt": "unreadable_pages", pages: number, } | { "doubt": "missing_file", file: string, fault: Fault, } | { "doubt": "incomplete" };

export type StackFileView = { name: string, frames: number, 
/**
 * Signed: it goes whole, byte for byte.
 */
sealed: boolean, 
/**
 * Why it was refused.
 */
fault?: Fault | null, };

/**
 * One stack of papers taken in at once, before they fall into their dossiers.
 */
export type StackId = string;

/**
 * A stack in a list.
 */
export type StackLine = { id: StackId, 
/**
 * It came from the watched folder.
 */
watched: boolean, state: StackState, files: number, pages: number, examined: number, created_at: Timestamp, };

export type StackPageView = { at: StackAt, kind: PageKind, 
/**
 * None for what cannot be shown, or is not here any more.
 */
picture: PictureName | null, };

/**
 * Pages that belong together.
 */
export type StackPartView = { 
/**
 * Where it begins; it is named by this.
 */
at: StackAt, 
/**
 * The number of its cover sheet, where there is one that can be read.
 */
sheet: number | null, pages: Array<StackPageView>, 
/**
 * Pages with something on them.
 */
counted: number, 
/**
 * Pages its sheet tells.
 */
expected: number | null, 
/**
 * Where it goes, by its sheet or by decision.
 */
place: StackPlace | null, 
/**
 * A person took its pages out of the part they lie in.
 */
taken_out: boolean, 
/**
 * What keeps it from being filed without being asked about.
 */
doubts: Array<StackDoubt>, decision: StackDecision | null, state: PartState, 
/**
 * What it became.
 */
documents: Array<DocumentId>, };

/**
 * A component of a dossier, in words too.
 */
export type StackPlace = { dossier: DossierId, 
/**
 * What the dossier is called.
 */
code: string, applicant: string, title: string, component: string, component_vi: string, component_en: string, row: string | null, 
/**
 * The row as people tell it from the others.
 */
row_words: string | null, };

/**
 * How far a stack is.
 */
export type StackState = "taking" | "examining" | "sorted" | "filed";

/**
 * A stack with its parts in order, as far as its pages were looked at.
 */
export type StackView = { 
/**
 * Files there were to be; more than `files` when taking them in was ended in the middle.
 */
announced: number, sources: Array<StackFileView>, parts: Array<StackPartView>, 
/**
 * Parts a person is asked about, and parts that can be filed.
 */
asks: number, ready: number, 
/**
 * Why looking at pages, or digitising what was filed, stopped before its end.
 */
stopped?: Fault | null, id: StackId, 
/**
 * It came from the watched folder.
 */
watched: boolean, state: StackState, files: number, pages: number, examined: number, created_at: Timestamp, };

/**
 * How this desk stands.
 */
export type Standing = { at: Timestamp, version: string, person: string, station: string, hub: Enrolled | null, link: Link, 
/**
 * How many dossiers stand in each state that has any.
 */
counts: Partial<Record<State, number>>, 
/**
 * Documents that wait or are being digitised.
 */
to_digitise: number, 
/**
 * Submissions in the outbox, and those of them that need a person.
 */
outbox: number, needs_person: number, 
/**
 * How sending uses the network now.
 */
network: NetworkNow, 
/**
 * By how many minutes this computer's clock is ahead of the hub's; only where it matters.
 */
clock_off: number | null, 
/**
 * Work in the background that a person has stopped.
 */
held: Array<Work>, 
/**
 * Why digitising in the background does not go on.
 */
digitising_stopped?: Fault | null, 
/**
 * Why the hub's news is not taken in, though the hub answers.
 */
feed_stopped?: Fault | null, };

/**
 * Where a dossier stands. The first six are ours, before it has reached a hub; the others are the national list
 * (*Trạng thái hồ sơ*), numbered by [`State::national_code`].
 */
export type State = "draft" | "ready" | "queued" | "sending" | "needs_attention" | "packed" | "registered" | "accepted" | "rejected" | "processing" | "supplement_requested" | "payment_requested" | "withdrawn" | "stopped" | "done" | "returned";

export type StatusRange = { from: Date, to: Date, status: CalendarStatus, 
/**
 * Where it was read.
 */
source: string, };

/**
 * A step of the agency's own process.
 */
export type Step = { name: Words, role: Words, 
/**
 * Which role of the agency's people does it, where its place among the steps does not say (see
 * [`crate::handling::Process`]).
 */
done_by?: Role | null, 
/**
 * Working hours.
 */
hours: number, };

/**
 * Something that was taken into a form, to be taken back.
 */
export type StepId = string;

/**
 * One frozen version of a dossier as it goes to the hub; it is also the idempotency key of the submission.
 */
export type SubmissionId = string;

/**
 * Where an old unit went.
 */
export type Successor = { unit: AdministrativeUnit, share: Share, 
/**
 * Since this day.
 */
since: Date, };

/**
 * A value for a field.
 */
export type Suggested = { field: FieldId, value: Value, 
/**
 * For people.
 */
text: string, };

/**
 * Values offered for fields, to be looked at and taken or dismissed.
 */
export type Suggestion = { 
/**
 * Names it, in this dossier.
 */
key: string, source: Source, 
/**
 * Of a set: who of the form it can be; the likeliest first. Empty for a value that has one place only.
 */
whose: Array<FieldId>, 
/**
 * For the first of `whose`.
 */
values: Array<Suggested>, 
/**
 * In percent; what is unlikely about it is said by a low one.
 */
confidence: number | null, seen: Seen | null, };

/**
 * One thing to add or put right.
 */
export type SupplementItem = { 
/**
 * None: the form itself.
 */
component: ComponentCode | null, reason: string, };

/**
 * How supplements are asked for.
 */
export type SupplementRule = { 
/**
 * Requests that need no justification.
 */
free_requests: number, 
/**
 * The notice that a dossier was found wanting after reception, counted from reception.
 */
notice_within: number, notice_unit: TimeUnit, verified: boolean, };

/**
 * Somebody who helps.
 */
export type SupportContact = { name: Words, phone: string, hours?: Words | null, };

/**
 * A procedure as the gate finds it.
 */
export type TakenLine = { procedure: string, name: Words, field: Words, 
/**
 * It is taken on paper today.
 */
paper: boolean, 
/**
 * Somebody looked up where it says so.
 */
certain: boolean, };

/**
 * One template of the agency: a dossier to begin others from.
 */
export type TemplateId = string;

export type TemplateLine = { id: TemplateId, name: string, procedure: string, saved_by: string, saved_at: Timestamp, };

/**
 * Shapes a line of text can be held to.
 */
export type TextFormat = "phone" | "email" | "document_number";

export type Theme = "auto" | "light" | "dark" | "contrast";

export type Tier = "province" | "district" | "commune";

/**
 * One or more legs, each starting where the last one ended (review, then decision). Never empty in a checked procedure.
 */
export type TimeLimit = Array<Leg>;

/**
 * A time of day in whole minutes; as text `15:00`. 24:00 is the end of the day.
 */
export type TimeOfDay = string;

export type TimeUnit = "working_day" | "calendar_day" | "hour" | "month";

/**
 * An instant in UTC with millisecond precision; as text, RFC 3339 with `Z` and exactly three decimals,
 * so that texts sort as instants do and the same instant is always the same text.
 */
export type Timestamp = string;

/**
 * One line of the explanation of a due time.
 */
export type TraceStep = { "kind": "received", at: LocalMoment, } | { "kind": "outside_hours", counts_from: LocalMoment, } | { "kind": "after_cutoff", counts_from: LocalMoment, } | { "kind": "skipped", day: Date, off: DayOff, } | { "kind": "worked_saturday", day: Date, } | { "kind": "moved", from: Date, off: DayOff, to: Date, } | { "kind": "leg_ends", leg: number, at: LocalMoment, } | { "kind": "paused", from: LocalMoment, to: LocalMoment, };

/**
 * A unit with the names above it.
 */
export type UnitLine = { unit: AdministrativeUnit, 
/**
 * Of the units above it, the province last.
 */
above: Array<string>, 
/**
 * Of one of before the mergers of 2025: where it went.
 */
now: Array<UnitNow>, };

/**
 * What an old unit, or a part of it, is now.
 */
export type UnitNow = { unit: AdministrativeUnit, share: Share, 
/**
 * Of the units above it, the province last.
 */
above: Array<string>, };

/**
 * All that is known of a unit.
 */
export type UnitView = { 
/**
 * The unit and those above it, the province last.
 */
path: Array<AdministrativeUnit>, 
/**
 * Of an old unit: where it went.
 */
successors: Array<Successor>, 
/**
 * Of a new one: what went into it.
 */
predecessors: Array<AdministrativeUnit>, };

/**
 * How long a paper counts from the day it was issued.
 */
export type Validity = { "months": number } | { "days": number };

/**
 * A value as it is stored: plain JSON, one shape per kind of field. It may be ill-formed for its field (a draft keeps
 * what was typed); [`crate::evaluate`] reads it by the field's kind.
 *
 * text, choice, date, partial date, identity number: a string · number: a string (`"12.5"`, exact) or an integer ·
 * money: an integer, in đồng · yes/no: a boolean · many-choice: strings · group: rows · address, organisation: objects.
 */
export type Value = null | boolean | number | string | Array<Row> | Array<string> | Organisation | Address;

export type ValueProvenance = { status: ProvenanceStatus, source: string, confirmed?: Confirmation | null, };

export type Waits = { "waits": "metered" } | { "waits": "hours", until: number | null, };

/**
 * The kinds of window that may ask. Each may ask what [`Request::allowed`] says.
 */
export type Window = "desk" | "kiosk";

/**
 * Why a word is worth a look.
 */
export type WordDoubt = "unclear" | "misspelled";

/**
 * What a person said of a word that was read: what it is, also where that is what was read, or nothing at all.
 */
export type WordEdit = { 
/**
 * The word's middle in source pixels.
 */
at: [number, number], 
/**
 * Empty = there is no word.
 */
text: string, };

/**
 * A word of a page.
 */
export type WordView = { 
/**
 * As it stands in the text layer; empty where a person said that there is no word.
 */
text: string, 
/**
 * As it was read.
 */
read: string, 
/**
 * A person said what it is.
 */
told: boolean, 
/**
 * Left, top, width and height, as shares of the finished page's.
 */
place: [number, number, number, number], 
/**
 * Its middle in source pixels, by which an edit names it.
 */
at: [number, number], 
/**
 * 0 to 1.
 */
confidence: number, doubt: WordDoubt | null, 
/**
 * From 0, in reading order.
 */
line: number, };

/**
 * The same words in both languages of the product. Vietnamese is the one that counts; NFC.
 */
export type Words = { vi: string, en: string, };

/**
 * What is done in the background.
 */
export type Work = "digitising" | "sending" | "sorting";

/**
 * A Saturday that is worked in exchange for a working day made off (*làm bù*).
 */
export type WorkingSaturday = { date: Date, instead_of: Date, };

/**
 * An address for people, by its codes on its day.
 */
export type WrittenAddress = { 
/**
 * *12 phố Trần Phú, Phường Ba Đình, Thành phố Hà Nội*
 */
text: string, 
/**
 * The same place by the units of the day asked for, where those are others now and exactly one is known.
 */
now?: string | null, };

export const CONSENT_WORDING = 2;
