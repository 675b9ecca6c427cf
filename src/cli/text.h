/*
 * The words of the command line, one table with a language parameter: gettext's language is
 * process-wide, and a test can walk this table to find a text missing in either language.
 * Texts are words and phrases, never formats.
 */
#ifndef CUSTODY_CLI_TEXT_H
#define CUSTODY_CLI_TEXT_H

#include "custody/site.h"

/* X(name, Chinese, English) */
#define TEXT_LIST(X)                                                                                                       \
    X(ABOUT, "钥匙与住户档案管理,附签名流水账",                                                                            \
      "keys and resident folders of a property office, with a signed ledger")                                              \
    X(USAGE, "用法", "usage")                                                                                              \
    X(COMMANDS, "命令", "commands")                                                                                        \
    X(OPTIONS, "选项", "options")                                                                                          \
    X(GLOBAL_OPTIONS, "通用选项(可放在任何位置)", "options of every command (anywhere)")                                   \
    X(REQUIRED, "必填", "required")                                                                                        \
    X(REPEATABLE, "可重复", "repeatable")                                                                                  \
    X(MORE_HELP, "某一类命令的说明", "help on the commands of one noun")                                                   \
    X(EXIT_CODES, "退出码", "exit codes")                                                                                  \
    X(EXIT_CODE_LIST,                                                                                                      \
      "0 完成 · 1 失败 · 2 用法不对 · 3 校验不通过 · 4 被规则拒绝 · 5 找不到 · 6 无法校验 " \
      "· 75 忙,请再试",                                                                                                    \
      "0 done · 1 failed · 2 usage · 3 does not verify · 4 refused by a rule · 5 not found "                          \
      "· 6 could not be checked · 75 busy, try again")                                                                     \
    X(NOTE, "提示", "note")                                                                                                \
    X(FLAG, "标记", "flag")                                                                                                \
    X(WARNING, "警告", "warning")                                                                                          \
    X(LINE, "第", "line")                                                                                                  \
    X(LINE_AFTER, " 行", "")                                                                                               \
    X(ENTRY, "流水号", "entry")                                                                                            \
    X(ACT_ID, "登记事项编号", "act")                                                                                       \
    X(DRY_RUN, "试运行,未登记", "dry run, nothing was recorded")                                                           \
    X(REPEATED, "此前已登记", "was recorded before")                                                                       \
    X(PREPARED, "待签文件已写好", "request file written")                                                                  \
    X(STILL_TO_SIGN, "尚待签名", "still to sign")                                                                          \
    X(SIGNED_BY, "已签名", "signed by")                                                                                    \
    X(SIGNED_NOW, "签名已写入文件", "signature added to the file")                                                         \
    X(NOBODY, "无", "nobody")                                                                                              \
    X(DONE, "完成", "done")                                                                                                \
    X(NOTHING, "没有记录", "nothing found")                                                                                \
    X(YES, "是", "yes")                                                                                                    \
    X(NO, "否", "no")                                                                                                      \
    X(PASSPHRASE, "口令", "passphrase")                                                                                    \
    X(PASSPHRASE_AGAIN, "再输一次口令", "the same passphrase again")                                                       \
    X(PASSPHRASE_FIRST, "第一人的口令", "passphrase of the first keeper")                                                  \
    X(PASSPHRASE_SECOND, "第二人的口令", "passphrase of the second keeper")                                                \
    X(SIGN_THIS, "签名吗?输入 y 确认", "sign this? type y to agree")                                                       \
    X(IMPORT_THIS, "导入并签名吗?输入 y 确认", "import and sign? type y to agree")                                         \
    X(FIELDS, "内容", "fields")                                                                                            \
    X(REFERS_TO, "所依据的事项", "refers to")                                                                              \
    X(HEAD, "签名时见到的账本", "ledger seen")                                                                             \
    X(SIGNERS, "签名人", "signers")                                                                                        \
    X(FIRST_HEAD, "此电子签名第一次见到这本账,无从与以前比对",                                                             \
      "this credential sees this ledger for the first time and cannot compare it with before")                             \
    X(SKIPPED, "在别处签过的登记事项", "acts signed elsewhere")                                                            \
    X(REPLACES, "将替代一件已签名、未提交的事项", "replaces a signed act not yet submitted")                               \
    X(CREDENTIAL_MADE, "电子签名已建立", "credential made")                                                                \
    X(CREDENTIAL_NEXT, "请打印指纹卡并签字,然后由两名负责人登记",                                                          \
      "print the fingerprint card, sign it, then have two officers enrol it")                                              \
    X(SITE_MADE, "站点已建立", "site founded")                                                                             \
    X(ERASE_OPEN, "已下令、尚未签署完成的删除", "erasures ordered and not yet declared done")                              \
    X(ERASE_INTENT, "删除令", "erase.intent")                                                                              \
    X(ERASE_FIELDS, "文字段", "texts")                                                                                     \
    X(ERASE_SUBJECTS, "主体", "subjects")                                                                                  \
    X(ERASE_MEDIA, "已清除的介质", "media cleared")                                                                        \
    X(RESTORE_CONFIRM, "下一步:两名负责人确认账本(site confirm-head)",                                                     \
      "next: two officers confirm the head (site confirm-head)")                                                           \
    X(RESTORE_KEY, "备份中没有 vault.key;下一步:site vault-recover",                                                       \
      "the backup has no vault.key; next: site vault-recover")                                                             \
    X(RECOVERY_PUBLIC, "恢复公钥(填入制度参数 vault_recovery)",                                                            \
      "recovery public key (member vault_recovery of the policy)")                                                         \
    X(WITNESS_KEY, "联署人的验证码", "the witness's verifier key")                                                         \
    X(COSIGNED, "已收存联署,条数", "kept; the checkpoint has entries")                                                     \
    X(PAPER_CODE, "账本校验码(供朗读)", "code to read aloud")                                                              \
    X(WRITTEN, "已写入", "written")                                                                                        \
    X(APPENDED, "补登条数", "entries appended")                                                                            \
    X(ROWS, "行数", "rows")                                                                                                \
    X(PROBLEMS, "有问题的行", "bad rows")                                                                                  \
    X(IMPORTED, "已导入", "imported")                                                                                      \
    X(VERDICT_LEDGER, "流水账", "ledger")                                                                                  \
    X(VERDICT_READ_MODEL, "查询表", "read model")                                                                          \
    X(VERDICT_OPENINGS, "个人信息", "openings")                                                                            \
    X(VERIFIED, "校验通过", "verified")                                                                                    \
    X(FAILED, "校验不通过", "failed")                                                                                      \
    X(INCOMPLETE, "未能全部校验", "incomplete")                                                                            \
    X(NOT_IN_SCOPE, "不在校验范围", "not in scope")                                                                        \
    X(FINDINGS, "发现的问题", "findings")                                                                                  \
    X(FLAGS, "标记事项", "flags")                                                                                          \
    X(RULE, "规则", "rule")                                                                                                \
    X(FORM_SITE, "项目", "site")                                                                                           \
    X(FORM_RULE, "条款", "rule")                                                                                           \
    X(FORM_PERIOD, "期间", "time")                                                                                         \
    X(FORM_PLACE, "位置", "place")                                                                                         \
    X(FORM_PRINTED, "打印时间", "printed")                                                                                 \
    X(FORM_CODE, "账本校验码", "checkpoint")                                                                               \
    X(LABELS_PRINTED, "标签张数", "labels")                                                                                \
    X(LABEL_SHEETS, "页数", "pages")                                                                                       \
    X(LABEL_UNREAD, "读不出条码", "no code could be read")                                                                 \
    X(LABELS_SIGN, "登记打印并签名吗?输入 y 确认",                                                                         \
      "record this printing and sign? type y to agree")                                                                    \
    X(NOT_LOCAL, "此处没有其电子签名,未签名", "has no credential here and has not signed")                                 \
    X(SUPERSEDED, "该标签已重新打印,请取下旧标签销毁,换上新标签",                                                          \
      "that tag is superseded; take the old one off")                                                                      \
    X(SLIP_LEND, "钥匙借出单", "Keys lent")                                                                                \
    X(SLIP_RETURN, "钥匙归还单", "Keys returned")                                                                          \
    X(SLIP_OTHER, "登记事项单", "Record of an act")                                                                        \
    X(SLIP_CLERK, "经办人", "clerk")                                                                                       \
    X(SLIP_RECEIVER, "领用人", "receiver")                                                                                 \
    X(SLIP_RETURNER, "归还人", "returned by")                                                                              \
    X(SLIP_TIME, "时间", "time")                                                                                           \
    X(SLIP_DESK, "保管台", "desk")                                                                                         \
    X(SLIP_DUE, "应还", "due")                                                                                             \
    X(SLIP_FOLDER_LEND, "文件借阅单", "Papers lent")                                                                       \
    X(SLIP_FOLDER_RETURN, "文件归还单", "Papers returned")                                                                 \
    X(SLIP_CONSULT, "档案查阅单", "Papers read")                                                                           \
    X(SLIP_PRODUCE, "档案资料提供单", "Papers given as law demands")                                                       \
    X(SLIP_DESTROY, "档案销毁现场单", "Folders destroyed")                                                                 \
    X(SLIP_BORROWER, "借阅人", "borrower")                                                                                 \
    X(SLIP_READER, "查阅人", "reader")                                                                                     \
    X(SLIP_AUTHORITY, "调取机关", "authority")                                                                             \
    X(SLIP_WRIT, "文书号", "document")                                                                                     \
    X(SLIP_HOW, "方式", "how")                                                                                             \
    X(SLIP_WHERE, "地点", "where")                                                                                         \
    X(SLIP_BATCH, "销毁清册", "batch")                                                                                     \
    X(SLIP_DESTROYER, "销毁人", "destroyed by")                                                                            \
    X(SLIP_FIRM, "销毁单位", "firm")                                                                                       \
    X(SLIP_FIRM_RECEIPT, "回执编号", "its receipt")                                                                        \
    X(SLIP_WITNESS, "监销人", "witness")                                                                                   \
    X(SLIP_RECHECK, "复核", "re-checked by")                                                                               \
    X(SLIP_WITHHELD, "不外借件", "not lent")                                                                               \
    X(SLIP_PAPER, "档案资料", "papers")                                                                                    \
    X(SLIP_STRUCK, "划去", "struck out")                                                                                   \
    X(SLIP_PAPERS, "件", " papers")                                                                                        \
    X(SLIP_PAGES, "页", " pages")                                                                                          \
    X(SLIP_KEY, "钥匙", "key")                                                                                             \
    X(SLIP_PURPOSE, "事由", "purpose")                                                                                     \
    X(SLIP_ON_BEHALF, "部门或工单", "on behalf of")                                                                        \
    X(SLIP_SIGNERS, "电子签名", "signed by")                                                                               \
    X(SLIP_ESCORT, "陪同开门单", "Keys out under escort")                                                                  \
    X(SLIP_HANDOVER, "业主钥匙签收单", "Keys handed over")                                                                 \
    X(SLIP_DEPOSIT, "钥匙托管收据", "Keys taken into custody")                                                             \
    X(SLIP_WITHDRAW, "托管钥匙交还单", "Keys given back from custody")                                                     \
    X(SLIP_MOVE, "钥匙移交单", "Keys moved to another desk")                                                               \
    X(SLIP_TRAY, "发放钥匙领用单", "Keys taken to hand out")                                                               \
    X(SLIP_SETTLE, "发放钥匙清还单", "Keys settled after handing out")                                                     \
    X(SLIP_EMERGENCY, "应急取用钥匙单", "Keys out in an emergency")                                                        \
    X(SLIP_SHIFT, "交接班单", "Shift handed over")                                                                         \
    X(SLIP_CLOSE, "下班交接单", "Desk closed")                                                                             \
    X(SLIP_CUSTODIAN, "钥匙保管移交单", "Keys pass to another custodian")                                                  \
    X(SLIP_TRANSFER, "房屋钥匙变更单", "Keys of a home that changes hands")                                                \
    X(SLIP_ISSUE, "应急登记单领用单", "Emergency slips issued")                                                            \
    X(SLIP_EVENT, "发生时间", "happened at")                                                                               \
    X(SLIP_CORRECTED, "已更正于", "corrected at")                                                                          \
    X(SLIP_ESCORTED, "陪同对象", "escorted")                                                                               \
    X(SLIP_CONDITION, "状况", "condition")                                                                                 \
    X(SLIP_PLACE, "房屋", "place")                                                                                         \
    X(SLIP_PARTY, "签收人", "received by")                                                                                 \
    X(SLIP_DEPOSITOR, "托管人", "owner")                                                                                   \
    X(SLIP_DOCUMENTS, "查验证件", "papers seen")                                                                           \
    X(SLIP_LETTER, "委托书", "letter")                                                                                     \
    X(SLIP_RECEIPT, "签收方式", "receipt")                                                                                 \
    X(SLIP_NUMBER, "纸质单编号", "paper slip")                                                                             \
    X(SLIP_TO_DESK, "接收保管台", "to desk")                                                                               \
    X(SLIP_REHOME, "改变所属", "for good")                                                                                 \
    X(SLIP_REASON, "原因", "reason")                                                                                       \
    X(SLIP_MISSING, "短缺", "missing")                                                                                     \
    X(SLIP_CAUSE, "险情", "cause")                                                                                         \
    X(SLIP_SEAL, "启用封号", "seal broken")                                                                                \
    X(SLIP_OWNER, "业主", "owner")                                                                                         \
    X(SLIP_CALL, "联系结果", "call")                                                                                       \
    X(SLIP_CALLED_AT, "联系时间", "called at")                                                                             \
    X(SLIP_SECOND, "在场第二人", "second person")                                                                          \
    X(SLIP_RATIFIER, "批准人", "ratified by")                                                                              \
    X(SLIP_OUTGOING, "交班人", "outgoing")                                                                                 \
    X(SLIP_INCOMING, "接班人", "incoming")                                                                                 \
    X(SLIP_GUARD, "值班安全员", "guard")                                                                                   \
    X(SLIP_DOORS, "门窗锁闭", "doors locked")                                                                              \
    X(SLIP_POWER, "电源关闭", "power off")                                                                                 \
    X(SLIP_BOARD, "日常钥匙板", "on the board")                                                                            \
    X(SLIP_OPEN, "未还", "out")                                                                                            \
    X(SLIP_OVERDUE, "逾期", "overdue")                                                                                     \
    X(SLIP_SEALED, "封存", "sealed")                                                                                       \
    X(SLIP_DIFFERENCE, "差异原因", "difference")                                                                           \
    X(SLIP_HANDS_OVER, "移交人", "hands over")                                                                             \
    X(SLIP_TAKES_OVER, "接管人", "takes over")                                                                             \
    X(SLIP_SUPERVISOR, "监交人", "supervisor")                                                                             \
    X(SLIP_GONE, "移交人不在场", "outgoing absent")                                                                        \
    X(SLIP_COUNT, "件数", "items")                                                                                         \
    X(SLIP_DIGEST, "清单校验", "digest of the list")                                                                       \
    X(SLIP_PARTY_OUT, "迁出方", "moving out")                                                                              \
    X(SLIP_PARTY_IN, "迁入方", "moving in")                                                                                \
    X(SLIP_SERIES, "本号", "series")                                                                                       \
    X(SLIP_FIRST, "起号", "first")                                                                                         \
    X(SLIP_LAST, "止号", "last")                                                                                           \
    X(SEATS_FULL, "每一类登记事项都有人可以完成", "every act has the people it needs")                                     \
    X(CLOCK_BEHIND, "本机时钟落后于最近一条账目，请校准时钟；相差秒数",                                                    \
      "this machine's clock is behind the last entry, set it right; seconds behind")                                       \
    X(WITHHELD, "不外借(个人信息),留在袋内", "not lent (personal), stays in the bag")                                      \
    X(MISFILED, "放错", "misfiled")                                                                                        \
    X(OUT_OF_ORDER, "次序不对", "out of order")                                                                            \
    X(NOT_SEEN, "未见", "missing")                                                                                         \
    X(UNKNOWN_SCAN, "认不出", "unknown")                                                                                   \
    X(SCANNED_TWICE, "重复扫描,不计", "scanned twice, counted once")                                                       \
    X(BELONGS_IN, "应在", "belongs in")                                                                                    \
    X(FOR_NOW_AT, "登记为暂放", "registered for now at")                                                                   \
    X(NOWHERE, "(未定档案盒)", "(no box)")                                                                                 \
    X(OBSTACLE, "不能销毁", "cannot be destroyed")                                                                         \
    X(LEFT_OUT, "未列入", "left out")                                                                                      \
    X(BATCH_FULL, "一份清册装不下,其余请再报一份",                                                                         \
      "one batch does not hold them all; propose the rest in another")                                                     \
    X(ERASE_GOES, "将永远无法读取的个人信息(处)",                                                                          \
      "personal texts that nobody will be able to read again")                                                             \
    X(ERASE_OF, "涉及", "they belong to")                                                                                  \
    X(ERASE_MORE, "一次删除装不下,完成后请再执行一次",                                                                     \
      "one erasure does not hold them all; run this again afterwards")                                                     \
    X(ERASE_UNFINISHED, "已下令删除但未办结,请执行 erase finish",                                                          \
      "ordered and not finished; run erase finish")                                                                        \
    X(ERASE_THEN, "签名提交后请执行 erase finish",                                                                         \
      "when all have signed and it is submitted, run erase finish")                                                        \
    X(CERTIFICATE, "个人信息删除证明", "Certificate of erasure")                                                           \
    X(ERASE_SENTENCE, "内容", "what")                                                                                      \
    X(ERASE_GROUND, "依据事项", "rests on")                                                                                \
    X(ERASE_ORDERED, "下令时间", "ordered")                                                                                \
    X(ERASE_SIGNED, "签名", "signed by")                                                                                   \
    X(ERASE_DONE, "完成时间", "done")                                                                                      \
    X(ERASE_LATENCY,                                                                                                       \
      "本机保管的内容及其密封备份中已无法读取。此日之前"                                           \
      "由本单位另行保存的备份仍可读取，直至销毁；"                                                    \
      "程序无法知道有哪些。",                                                                                              \
      "In what this site keeps these texts cannot be read any more. "                                                      \
      "Backups that the office made elsewhere before this day stay "                                                       \
      "readable until they are destroyed; the program cannot know of "                                                     \
      "them.")                                                                                                             \
    X(ERASE_NOT_DONE, "尚未办结,还不能证明已删除:请执行 erase finish",                                                     \
      "Not finished: this does not certify an erasure yet; run erase finish.")

enum text_id {
#define X(name, zh, en) TEXT_##name,
    TEXT_LIST(X)
#undef X
        TEXT_COUNT
};

/* Text for people; never NULL. */
const char *text_of(enum custody_lang lang, enum text_id id);
/* What went wrong, in a word ("refused by a rule"); never NULL. */
const char *text_status(enum custody_lang lang, enum custody_status status);

#endif
